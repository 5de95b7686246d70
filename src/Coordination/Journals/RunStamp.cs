namespace Orleans.Mmu.Coordination.Journals;

/// <summary>
/// Names one record of a journal. The epoch is the fencing token of a take-up: the machine hands out each number once,
/// and a coordinator with a smaller one is refused everywhere.
/// </summary>
/// <param name="Writer">The activation of the coordinator that wrote the record.</param>
/// <param name="Epoch">The take-up that it wrote for; 0 where nothing was ever run.</param>
/// <param name="Sequence">Counts the writes of an epoch, from 0.</param>
public readonly record struct RunStamp(Guid Writer, long Epoch, long Sequence);
