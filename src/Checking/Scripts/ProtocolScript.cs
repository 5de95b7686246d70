using System.Collections.Immutable;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Scripts;

/// <summary>One step of a script, and the phase that it belongs to.</summary>
public sealed record ScriptStep(Step Step, string Phase);

/// <summary>
/// A protocol as straight-line programs, one for each role: the phases of a role one after another, with a split
/// expanded into its effect on one block. The explorer explores them and mutants change them.
/// </summary>
/// <param name="BootCpu">CPU 0.</param>
/// <param name="Secondaries">Every other CPU.</param>
/// <param name="Outsider">CPU 1's program if it is not a secondary's; otherwise null.</param>
public sealed record ProtocolScript(
    ImmutableArray<ScriptStep> BootCpu, ImmutableArray<ScriptStep> Secondaries,
    ImmutableArray<ScriptStep>? Outsider = null)
{
    /// <summary>The phase after which stop_machine() reaches the other CPUs.</summary>
    public const string Announcement = "announce";

    public static ProtocolScript Of(
        Protocol protocol, ImmutableArray<Phase>? outsider = null, ImmutableArray<Phase>? handler = null)
    {
        var others = outsider is { } phases ? Flatten(phases, Role.Secondaries) : (ImmutableArray<ScriptStep>?)null;
        return new(Flatten(protocol.Phases, Role.BootCpu), Flatten(protocol.Phases, Role.Secondaries), others)
        {
            Handler = Flatten(handler ?? [], Role.Secondaries),
        };
    }

    /// <summary>What a CPU performs when it takes an interrupt.</summary>
    public ImmutableArray<ScriptStep> Handler { get; init; } = [];

    /// <summary>Whether a CPU sends interrupts.</summary>
    public bool HasInterrupts => AllSteps.Any(s => s.Step is SendIpi);

    /// <summary>The steps of every program.</summary>
    public IEnumerable<ScriptStep> AllSteps => [.. BootCpu, .. Secondaries, .. Outsider ?? [], .. Handler];

    /// <summary>The programs of the CPUs other than CPU 0.</summary>
    public IEnumerable<ImmutableArray<ScriptStep>> Others =>
        Outsider is { } outsider ? [Secondaries, outsider] : [Secondaries];

    /// <summary>A program; that of CPU 1 is empty where it has none of its own.</summary>
    public ImmutableArray<ScriptStep> this[CpuProgram program] => program switch
    {
        CpuProgram.BootCpu => BootCpu,
        CpuProgram.Secondaries => Secondaries,
        CpuProgram.CpuOne => Outsider ?? [],
        CpuProgram.Handler => Handler,
        _ => throw new ArgumentOutOfRangeException(nameof(program), program, "no such program"),
    };

    /// <summary>The same with another program.</summary>
    public ProtocolScript With(CpuProgram program, ImmutableArray<ScriptStep> steps) => program switch
    {
        CpuProgram.BootCpu => this with { BootCpu = steps },
        CpuProgram.Secondaries => this with { Secondaries = steps },
        CpuProgram.CpuOne => this with { Outsider = steps },
        CpuProgram.Handler => this with { Handler = steps },
        _ => throw new ArgumentOutOfRangeException(nameof(program), program, "no such program"),
    };

    private static ImmutableArray<ScriptStep> Flatten(ImmutableArray<Phase> phases, Role role) =>
    [
        .. from phase in phases
           where phase.Role == role
           from step in phase.Steps
           from part in Parts(step)
           select new ScriptStep(part, phase.Name),
    ];

    // A script holds single stores and instructions.
    private static ImmutableArray<Step> Parts(Step step) => step switch
    {
        SplitToPages split => split.OfOneBlock,
        WriteTtbr0 or WriteTtbr1 or SetT0sz or SetWalks or Isb or Dsb or Dmb or Tlbi or TlbiRange => [step],
        EnterIdmap or LeaveIdmap or TouchStack or RaiseFlag or CountIn or AwaitAll or ClearFlag or AwaitRelease
            or Stopped => [step],
        WriteEntries or FreeTable or AllocatorLock or TableLock or SkipUnless => [step],
        SetWord or AddToWord or AwaitWord or SkipUnlessWord or AccessPage or SendIpi or MaskInterrupts => [step],
        _ => throw new UnknownStepException(step, nameof(ProtocolScript)),
    };
}
