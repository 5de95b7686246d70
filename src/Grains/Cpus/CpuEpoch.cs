using System.Collections.Immutable;
using Orleans.Mmu.Coordination.Cpus;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Grains.Cpus;

/// <summary>
/// The epoch that a CPU takes part in, and its answers there. A repeated command gets the same answer again; a command
/// of an older epoch is reported as late.
/// </summary>
internal sealed class CpuEpoch
{
    private EpochGate _gate;
    private PhaseCommand? _lastCommand;
    private CpuAnswer? _lastAnswer;
    private (long Epoch, long Ordinal) _lastWindow;
    private CpuAnswer? _lastWindowAnswer;
    private (long Epoch, long Ordinal) _lastTlbi;

    /// <summary>The last epoch that the CPU took part in.</summary>
    public long Current => _gate.Current;

    /// <summary>How the CPU runs again once it waits.</summary>
    public ImmutableArray<Step> WayBack { get; private set; } = [];

    /// <summary>Whether messages of an epoch are late.</summary>
    public bool IsOver(long epoch) => _gate.IsOver(epoch);

    public void Close(long epoch) => _gate = _gate.Close(epoch);

    /// <summary>Stands where the run says, for a CPU that remembers nothing.</summary>
    public void TakeUp(CpuStanding standing)
    {
        _gate = EpochGate.Of(standing);
        WayBack = standing.WayBack;
    }

    /// <summary>The answer that a command of this epoch has had already.</summary>
    public CpuAnswer? AnswerTo(PhaseCommand command) =>
        _lastCommand is { } last && last.Epoch == command.Epoch && command.Sequence <= last.Sequence ? _lastAnswer
            : null;

    /// <summary>
    /// The answer to the same command of an older epoch, for a coordinator that does not know whether there was one.
    /// </summary>
    public CpuAnswer? AnswerToSameOf(PhaseCommand command) =>
        _lastCommand is { } last && last.Epoch < command.Epoch && last.Phase == command.Phase
            && last.Steps == command.Steps
            ? Keep(command, _lastAnswer! with { Epoch = command.Epoch })
            : null;

    public CpuAnswer Keep(PhaseCommand command, CpuAnswer answer)
    {
        (_lastCommand, _lastAnswer, _gate) = (command, answer, _gate.Enter(command.Epoch));
        WayBack = command.WayBack.Steps;
        return answer;
    }

    /// <summary>The answer that a window has had already.</summary>
    public CpuAnswer? AnswerTo(long epoch, RunWindow window) =>
        (epoch, window.Ordinal) == _lastWindow ? _lastWindowAnswer : null;

    /// <summary>
    /// Whether a window comes late: it would walk tables that a later window no longer has, or bring back what a later
    /// TLBI has removed.
    /// </summary>
    public bool IsLate(long epoch, RunWindow window) =>
        IsOver(epoch) || (epoch, window.Ordinal).CompareTo(_lastWindow) < 0
            || (epoch, window.Ordinal).CompareTo(_lastTlbi) < 0;

    public CpuAnswer Keep(long epoch, RunWindow window, CpuAnswer answer)
    {
        (_lastWindow, _lastWindowAnswer) = ((epoch, window.Ordinal), answer);
        return answer;
    }

    /// <summary>Whether a TLBI is new; from now on it is not.</summary>
    public bool IsNew(TlbiMessage message)
    {
        bool isNew = (message.Epoch, message.Ordinal).CompareTo(_lastTlbi) > 0;
        if (isNew)
            _lastTlbi = (message.Epoch, message.Ordinal);
        return isNew;
    }
}
