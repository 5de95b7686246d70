using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Interfaces.Tables;

namespace Orleans.Mmu.Chaos.Moments;

/// <summary>A call that a run's coordinator or its machine makes: the silo that makes it can be struck there.</summary>
internal enum Moment
{
    /// <summary>The coordinator begins a run: it writes the phase Gathering.</summary>
    Gathering,

    /// <summary>The coordinator writes that it takes up a run which another has begun.</summary>
    TakeUp,

    /// <summary>The coordinator tells the tables' writer its epoch.</summary>
    Claim,

    /// <summary>The coordinator has a CPU perform steps of a phase.</summary>
    Perform,

    /// <summary>The coordinator writes Changing.</summary>
    Changing,

    /// <summary>The coordinator has blocks split.</summary>
    Split,

    /// <summary>The coordinator writes Released.</summary>
    Released,

    /// <summary>The coordinator writes Abandoned or Halted.</summary>
    GivenUp,

    /// <summary>The coordinator writes its report.</summary>
    Report,

    /// <summary>The machine has its tables protected, after the run.</summary>
    Protect,
}

/// <summary>A moment of one machine.</summary>
/// <param name="Machine">The machine's key.</param>
/// <param name="Epoch">The epoch that the call is made for.</param>
internal readonly record struct MachineMoment(string Machine, long Epoch, Moment Moment)
{
    /// <summary>The moment that a call is; null where it is none.</summary>
    public static MachineMoment? Of(IGrainCallContext call)
    {
        string machine = call.TargetId.Key.ToString() ?? "";
        var type = call.InterfaceMethod.DeclaringType;
        if (type == typeof(IRunJournalGrain) && call.MethodName == nameof(IRunJournalGrain.Write))
            return Of(machine, (RunRecord)call.Request.GetArgument(0)!);
        if (type == typeof(ICpuGrain) && call.MethodName == nameof(ICpuGrain.Perform))
            return new(machine[..machine.LastIndexOf('/')], ((PhaseCommand)call.Request.GetArgument(0)!).Epoch,
                Moment.Perform);
        if (type != typeof(IPageTableGrain))
            return null;
        return call.MethodName switch
        {
            nameof(IPageTableGrain.Claim) => new(machine, (long)call.Request.GetArgument(0)!, Moment.Claim),
            nameof(IPageTableGrain.Split) =>
                new(machine, ((SplitCommand)call.Request.GetArgument(0)!).Epoch, Moment.Split),
            nameof(IPageTableGrain.Protect) => new(machine, (long)call.Request.GetArgument(0)!, Moment.Protect),
            _ => null,
        };
    }

    private static MachineMoment Of(string machine, RunRecord record) => new(machine, record.Epoch, record switch
    {
        { Report: not null } => Moment.Report,
        { TakenUp: > 0, Sequence: 0 } => Moment.TakeUp,
        { Phase: RunPhase.Gathering } => Moment.Gathering,
        { Phase: RunPhase.Changing } => Moment.Changing,
        { Phase: RunPhase.Released } => Moment.Released,
        _ => Moment.GivenUp,
    });
}
