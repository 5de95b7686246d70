using Orleans.Mmu.Coordination.Cpus;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.TakeUp;

/// <summary>
/// Every record that a journal of the model can have, under a number: epoch, sequence, phase and life. The rules are
/// those of <see cref="RunHead"/> and <see cref="CpuStanding"/>; here they are only looked up.
/// </summary>
internal sealed class JournalRecords
{
    /// <summary>The record of a run that was never begun.</summary>
    public const ushort None = 0;

    private const int Count = 1 << 11;

    private readonly RunHead[] _heads = new RunHead[Count];
    private readonly CpuStanding[] _standings = new CpuStanding[Count];
    private readonly TakeUpOptions _options;

    public JournalRecords(TakeUpOptions options, Protocol protocol)
    {
        _options = options;
        for (int i = 0; i < Count; i++)
        {
            long epoch = i & 7;
            _heads[i] = new()
            {
                Stamp = new(epoch == 0 ? Guid.Empty : Writer(epoch), epoch, i >> 3 & 7),
                Phase = (RunPhase)(i >> 6 & 7),
                Life = (RunLife)(i >> 9),
            };
            _standings[i] = CpuStanding.Of(_heads[i], protocol, place: 1);
        }
    }

    public RunHead this[ushort record] => _heads[record];

    public CpuStanding Standing(ushort record) => _standings[record];

    /// <summary>The coordinator of an epoch; no other one has its name.</summary>
    public static Guid Writer(long epoch) => new((int)epoch, 0, 0, new byte[8]);

    public static ushort Of(RunHead head) =>
        (ushort)(head.Stamp.Epoch | head.Stamp.Sequence << 3 | (long)head.Phase << 6 | (long)head.Life << 9);

    /// <summary>Whether the journal replaces a record by another.</summary>
    /// <param name="basedOn">The record that the writer had read.</param>
    public bool Accepts(ushort now, RunHead next, ushort basedOn)
    {
        var head = _heads[now];
        if (!_options.Has(OldRules.NoCompareAndSet))
            return head.MayReplace(next, _heads[basedOn].Stamp);
        return (next.Stamp.Writer, next.Stamp.Epoch) == (head.Stamp.Writer, head.Stamp.Epoch)
            ? next.Stamp.Sequence > head.Stamp.Sequence : next.Stamp.Epoch > head.Stamp.Epoch;
    }

    /// <summary>Whether a CPU that was parked in an epoch reads zero from a record.</summary>
    public bool ReadsZero(ushort record, long epoch) => _heads[record] is var head && (head.ReadsFlagAsZero(epoch)
        || (_options.Has(OldRules.OlderEpochReadsZero) && epoch < head.Stamp.Epoch));
}
