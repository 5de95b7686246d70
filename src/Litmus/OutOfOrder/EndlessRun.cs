using Orleans.Mmu.Litmus.Machine;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>
/// Watches a CPU that retires instructions without a read or a write. If its registers come to be as they were, the
/// program never ends, and the run has no final state. If they go on changing, the run cannot be decided.
/// </summary>
internal sealed class EndlessRun
{
    // So often it asks for the time before it begins to compare states with the one at the last power of two.
    private const int Interval = 1 << 10;
    private const int MostRetired = 1 << 22;

    private readonly StateWriter _writer = new();
    private byte[] _before = [];
    private int _next = Interval;
    private int _rewrite = 1 << 14;

    /// <summary>Whether the CPU comes round to a state that it was in.</summary>
    /// <param name="retired">Instructions retired so far.</param>
    /// <exception cref="StateLimitException">Time is over, or the CPU has retired too many instructions.</exception>
    public bool ComesRound(WindowCpu cpu, int retired, CancellationToken timeIsOver)
    {
        if (retired < _next)
            return false;
        if (timeIsOver.IsCancellationRequested || retired > MostRetired)
            throw new StateLimitException();
        if (retired < _rewrite && _before.Length == 0)
        {
            _next = retired + Interval;
            return false;
        }

        // From here on each state is compared, until the next power of two.
        _next = retired + 1;
        _writer.Clear();
        cpu.Write(_writer);
        if (_writer.Written.SequenceEqual(_before))
            return true;
        if (retired >= _rewrite)
        {
            _before = _writer.Written.ToArray();
            _rewrite *= 2;
        }

        return false;
    }
}
