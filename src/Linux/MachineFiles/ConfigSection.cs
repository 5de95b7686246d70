using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.MachineFiles;

/// <summary>
/// The section "config" of a machine file: the name of a set of build-time values, or single values. What is not given
/// is Debian's.
/// </summary>
internal static class ConfigSection
{
    private const string Kfence = "KFENCE";
    private const string Interval = "KFENCE_SAMPLE_INTERVAL";
    private const string Objects = "KFENCE_NUM_OBJECTS";
    private const string RodataFull = "RODATA_FULL_DEFAULT_ENABLED";
    private const string RandomizeBase = "RANDOMIZE_BASE";
    private const string UnmapKernel = "UNMAP_KERNEL_AT_EL0";
    private const string E0pd = "ARM64_E0PD";

    /// <summary>The values that the file gives, over those of a set.</summary>
    public static KernelConfig Read(JsonSource? section, KernelConfig otherwise)
    {
        if (section is null)
            return otherwise;
        if (section.Kind == System.Text.Json.JsonTokenType.String)
            return Find(section);
        section.WithKeys(Kfence, Interval, Objects, RodataFull, RandomizeBase, UnmapKernel, E0pd);
        return new(
            section.Optional(Kfence)?.AsBoolean() ?? otherwise.Kfence,
            section.Optional(RodataFull)?.AsBoolean() ?? otherwise.RodataFullDefault,
            section.Optional(Interval)?.AsInteger(0, int.MaxValue) ?? otherwise.KfenceSampleInterval,
            section.Optional(Objects)?.AsInteger(1, KernelConfig.MaxKfenceObjects) ?? otherwise.KfenceObjects,
            section.Optional(RandomizeBase)?.AsBoolean() ?? otherwise.RandomizeBase,
            section.Optional(UnmapKernel)?.AsBoolean() ?? otherwise.UnmapKernelAtEl0,
            section.Optional(E0pd)?.AsBoolean() ?? otherwise.E0pd);
    }

    /// <summary>
    /// A note where the machine's mode depends on a value that the file does not give: the values of another set lead
    /// to another mode. Null where nothing depends on it.
    /// </summary>
    public static string? NoteOf(JsonSource kernel, MachineDescription machine)
    {
        var section = kernel.Optional("config");
        var mode = ModeOf(machine);
        List<string> others = [.. KernelConfig.Named.Skip(1)
            .Select(set => (set.Name, Mode: ModeOf(machine, Read(section, set.Config))))
            .Where(set => set.Mode != mode)
            .Select(set => $"\"{BootModeName.Of(set.Mode)}\" with {set.Name}'s")];
        if (others.Count == 0)
            return null;
        var missing = ((string[])[Kfence, Interval]).Where(key => section?.Optional(key) is null);
        return (section ?? kernel).Error(
            $"{(section is null ? "config: " : "")}no {string.Join(", ", missing)}, so Debian's: mode "
            + $"\"{BootModeName.Of(mode)}\"; {string.Join(", ", others)}").Message;
    }

    private static KernelConfig Find(JsonSource section)
    {
        foreach (var (name, config) in KernelConfig.Named)
        {
            if (name == section.Text)
                return config;
        }

        throw section.Error(
            $"expected {string.Join(", ", KernelConfig.Named.Select(n => $"\"{n.Name}\""))} or an object, found "
            + $"{section.Found}");
    }

    private static BootMode ModeOf(MachineDescription machine, KernelConfig config) => ModeOf(machine with
    {
        Config = config,
        CommandLine = CommandLine.Parse(
            machine.CommandLine.Text, machine.Rules, config, machine.Geometry.Granule.PageSize),
    });

    private static BootMode ModeOf(MachineDescription machine) => ModeReason.Of(machine).Mode;
}
