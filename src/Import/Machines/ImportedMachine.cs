using Orleans.Mmu.Import.Places;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.Machines;

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
        var line = CommandLineChoice.Of(sources, warnings);
        var memory = MemoryChoice.Of(sources, granule.Value, warnings);
        var choices = new MachineChoices(options.Name, version, granule, vaBits, line,
            ImageChoice.Of(sources, version.Value, memory), ConfigChoice.Of(sources.Config, sources.Log?.Security),
            OffsetChoice.Of(sources, version.Value, vaBits.Value, line.Value),
            KaslrChoice.Of(sources, line), memory, cpus);
        warnings.AddRange(choices.Warnings);
        // A file that cannot be read back would be of no use.
        return sources.Log?.Security is { } log
            ? LoggedIsolation.Settled(choices, Read(choices), log, warnings)
            : Read(choices).Behind(warnings);
    }

    /// <summary>The machine file of the choices, read back as other programs read it.</summary>
    /// <exception cref="InputException">The sources together give a machine that cannot be.</exception>
    internal static WrittenMachine Read(MachineChoices choices)
    {
        string text = MachineFileText.Of(choices);
        try
        {
            return new(text, MachineFile.Parse("the machine of these files", text));
        }
        catch (InputException e)
        {
            // What is wrong with the file lies in what the sources say together.
            string reason = e.Message[(e.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..];
            string key = reason.Split(": ")[0];
            var place = choices.PlaceOf(key);
            throw place.Error(
                place.Line is null ? reason[(key.Length + 2)..] : $"gives a machine that cannot be: {reason}");
        }
    }
}

/// <summary>A machine file and the machine that it describes.</summary>
internal sealed record WrittenMachine(string Text, MachineDescription Machine)
{
    /// <summary>The machine with what was said before, what reading it says, and what comes last.</summary>
    public ImportedMachine Behind(IEnumerable<string> before, params IEnumerable<string> last) =>
        new(Text, [.. before, .. Machine.Warnings, .. last]);
}
