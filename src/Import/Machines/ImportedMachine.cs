using Orleans.Mmu.Import.Logs;
using Orleans.Mmu.Import.Places;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.MachineFiles;

namespace Orleans.Mmu.Import.Machines;

/// <summary>A machine file made of what a real machine says of itself.</summary>
/// <param name="Text">
/// The machine file. A comment at each field says where its value comes from, or that it is assumed and what would give
/// the right one.
/// </param>
/// <param name="Warnings">What is assumed and what files leave open, one line each.</param>
public sealed record ImportedMachine(string Text, IReadOnlyList<string> Warnings)
{
    /// <summary>Makes the machine file of the files.</summary>
    /// <exception cref="InputException">
    /// A file is not what its kind says, or the files together give a machine that cannot be.
    /// </exception>
    public static ImportedMachine Of(FileSet files, ImportOptions options)
    {
        var sources = MachineSources.Read(files, options);
        var warnings = new List<string>(sources.Warnings);
        if (ImageChoice.Mismatch(sources) is { } mismatch)
        {
            warnings.Add(mismatch);
            sources = sources with { Symbols = null };
        }

        var release = VersionChoice.Release(sources);
        if (VersionChoice.Mismatch(sources, release) is { } otherConfig)
            warnings.Add(otherConfig);
        var version = VersionChoice.Of(release);
        var granule = GeometryChoice.PageSize(sources, release);
        var cpus = CpuChoice.Of(sources);
        var vaBits = GeometryChoice.VaBits(sources, granule.Value, cpus.Value[0].Midr);
        var line = CommandLineChoice.Of(sources);
        var memory = MemoryChoice.Of(sources, granule.Value, warnings);
        var choices = new MachineChoices(options.Name, version, granule, vaBits, line,
            ImageChoice.Of(sources, version.Value, memory), ConfigChoice.Of(sources.Config, sources.Log?.Security),
            OffsetChoice.Of(sources, version.Value, vaBits.Value, line.Value),
            KaslrChoice.Of(sources, line), memory, cpus);
        warnings.AddRange(choices.Warnings);
        string text = MachineFileText.Of(choices);
        return new(text, [.. warnings, .. Check(text, choices, sources.Log?.Security)]);
    }

    // A file that cannot be read back would be of no use. What is wrong with it lies in what the sources say together.
    private static IEnumerable<string> Check(string text, MachineChoices choices, LoggedSecurity? log)
    {
        const string file = "the machine of these files";
        try
        {
            var machine = MachineFile.Parse(file, text);
            return [.. machine.Warnings, .. IsolationMismatch(log, KernelIsolation.Of(machine))];
        }
        catch (InputException e)
        {
            string reason = e.Message[(e.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..];
            string key = reason.Split(": ")[0];
            var place = choices.PlaceOf(key);
            throw place.Error(
                place.Line is null ? reason[(key.Length + 2)..] : $"gives a machine that cannot be: {reason}");
        }
    }

    // KPTI decides about nG in every leaf. The messages are the kernel's own word on it.
    private static IEnumerable<string> IsolationMismatch(LoggedSecurity? log, KernelIsolation machine) =>
        log?.Isolates is { } said && said.Value != machine.Why.Isolates
            ? [$"{said.Origin}, but the machine file has {(said.Value ? "no KPTI" : "KPTI")} ({machine.Why.Sentence})"]
            : [];
}
