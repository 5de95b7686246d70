using Orleans.Mmu.Import.Logs;
using Orleans.Mmu.Linux.Capabilities;

namespace Orleans.Mmu.Import.Machines;

/// <summary>
/// Holds KPTI of the machine that was made against the boot messages, which are the kernel's own word on it: it decides
/// about nG in every leaf. Where the kernel says that its CPUs made it isolate its tables, it knows them better than a
/// list of cores does (a hypervisor may hide a feature), and the machine file says what it found. What else contradicts
/// the messages (a command line, a .config, a message that is missing) is of another boot, and stays as it is given.
/// </summary>
internal static class LoggedIsolation
{
    /// <summary>The machine, corrected where the messages name the CPUs as the reason, with the warnings.</summary>
    public static ImportedMachine Settled(
        MachineChoices choices, WrittenMachine made, LoggedSecurity log, IReadOnlyList<string> warnings)
    {
        if (log.Isolates is not { } said || Agrees(made, said))
            return made.Behind(warnings);
        if (CpuChoice.Without(choices.Cpus, log) is var (cpus, key, lacks)
            && ImportedMachine.Read(choices with { Cpus = cpus }) is var corrected && Agrees(corrected, said))
            return corrected.Behind(warnings, $"{lacks.Origin}, which CPUs of these cores would not need: \"{key}\" is "
                + "false for each of them, as a hypervisor may hide it");
        return made.Behind(warnings, $"{said.Origin}, but the machine file has {(said.Value ? "no KPTI" : "KPTI")} "
            + $"({KernelIsolation.Of(made.Machine).Why.Sentence}): a file is of another boot");
    }

    private static bool Agrees(WrittenMachine made, PlacedFact said) =>
        KernelIsolation.Of(made.Machine).Why.Isolates == said.Value;
}
