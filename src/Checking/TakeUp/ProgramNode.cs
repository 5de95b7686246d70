using System.Collections.Immutable;
using Orleans.Mmu.Coordination.Journals;

namespace Orleans.Mmu.Checking.TakeUp;

/// <summary>What a coordinator does next, as far as others can tell.</summary>
internal enum ProgramAction
{
    /// <summary>The machine has not handed out its epoch.</summary>
    Absent,

    /// <summary>It reads the record.</summary>
    Read,

    /// <summary>It writes its claim, based on what it has read.</summary>
    Claim,

    /// <summary>It does nothing any more: it has ended, was told that it is over, or its silo is lost.</summary>
    Gone,

    /// <summary>It tells the tables' writer of its epoch.</summary>
    ClaimTables,

    /// <summary>It has asked the secondaries to count in, and takes their answers.</summary>
    Park,

    /// <summary>It has asked the secondaries to run again, and takes their answers.</summary>
    Resume,

    /// <summary>It asks the tables' writer for a part of the split.</summary>
    Split,

    /// <summary>It writes a phase.</summary>
    Enter,

    /// <summary>It writes that the run is over.</summary>
    End,
}

/// <summary>A place in a coordinator's program, and where it goes from there.</summary>
/// <param name="Phase">The phase that it writes.</param>
/// <param name="IsCancelled">The run is over by a cancellation.</param>
/// <param name="Done">After the order was done, or every CPU has done what was asked.</param>
/// <param name="Failed">After a CPU was silent, or memory ran out.</param>
/// <param name="Short">After every CPU has answered and one does not wait.</param>
/// <param name="Cancelled">Where the run is cancelled here.</param>
internal sealed record ProgramNode(
    ProgramAction Action, RunPhase Phase, bool IsCancelled, ImmutableArray<ProgramEdge> Done,
    ImmutableArray<ProgramEdge> Failed, ImmutableArray<ProgramEdge> Short, ImmutableArray<ProgramEdge> Cancelled)
{
    public static ProgramNode Of(ProgramAction action) => new(action, RunPhase.Idle, false, [], [], [], []);
}

/// <summary>A way to another place, and what is sent on it that needs no answer.</summary>
/// <param name="AbandonsOwn">CPUs are told that the coordinator's epoch is given up.</param>
/// <param name="AbandonsFound">CPUs are told that the epoch which the coordinator found is given up.</param>
/// <param name="Kills">CPUs are told never to run again.</param>
internal readonly record struct ProgramEdge(byte Target, bool AbandonsOwn, bool AbandonsFound, bool Kills);
