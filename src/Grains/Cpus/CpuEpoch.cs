using System.Collections.Immutable;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Grains.Cpus;

/// <summary>
/// The run of a protocol that a CPU takes part in, and what it has answered there: a repeat gets the same, what is late
/// is told so.
/// </summary>
internal sealed class CpuEpoch
{
    private long _current;
    private long _closed;
    private PhaseCommand? _lastCommand;
    private CpuAnswer? _lastAnswer;
    private (long Epoch, long Ordinal) _lastWindow;
    private CpuAnswer? _lastWindowAnswer;
    private (long Epoch, long Ordinal) _lastTlbi;

    /// <summary>The last epoch that the CPU took part in.</summary>
    public long Current => _current;

    /// <summary>How the CPU runs again once it waits.</summary>
    public ImmutableArray<Step> WayBack { get; private set; } = [];

    /// <summary>Whether messages of an epoch are late.</summary>
    public bool IsOver(long epoch) => epoch <= _closed || epoch < _current;

    public void Close(long epoch) => _closed = Math.Max(_closed, epoch);

    /// <summary>Stands where the run says, for a CPU that remembers nothing.</summary>
    public void TakeUp(CpuStanding standing)
    {
        _current = standing.Epoch;
        _closed = standing.IsOver ? standing.Epoch : standing.Epoch - 1;
        WayBack = PhaseSteps.Of(standing.WayBack);
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
            && last.Steps.SequenceEqual(command.Steps)
            ? Keep(command, _lastAnswer! with { Epoch = command.Epoch })
            : null;

    public CpuAnswer Keep(PhaseCommand command, CpuAnswer answer)
    {
        (_lastCommand, _lastAnswer, _current) = (command, answer, command.Epoch);
        WayBack = command.Read().WayBack;
        return answer;
    }

    /// <summary>The answer that a window has had already.</summary>
    public CpuAnswer? AnswerTo(long epoch, WindowMessage window) =>
        (epoch, window.Ordinal) == _lastWindow ? _lastWindowAnswer : null;

    /// <summary>Whether a window comes late: it would walk tables that no longer are.</summary>
    public bool IsLate(long epoch, WindowMessage window) =>
        IsOver(epoch) || (epoch, window.Ordinal).CompareTo(_lastWindow) < 0;

    public CpuAnswer Keep(long epoch, WindowMessage window, CpuAnswer answer)
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
