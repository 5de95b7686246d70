using System.Globalization;
using Orleans.Mmu.Import.Kernels;
using Orleans.Mmu.Import.Logs;

namespace Orleans.Mmu.Import.Machines;

/// <summary>The keys of "config" that files give, as JSON values, and where each comes from.</summary>
/// <param name="Values">In the order of the machine file; empty where no file gives any.</param>
/// <param name="Comments">A line for the .config, and one for each key that boot messages give.</param>
/// <param name="Warnings">Where boot messages and the .config contradict each other.</param>
/// <param name="File">The .config, which an error in a value names; null where there is none.</param>
internal sealed record ConfigChoice(IReadOnlyList<(string Key, string Json)> Values, IReadOnlyList<string> Comments,
    IReadOnlyList<string> Warnings, string? File)
{
    public static ConfigChoice Of(BuildConfig? config, LoggedSecurity? log)
    {
        List<(string, string)> values = config is null ? [] : OfKfence(config);
        List<string> comments = values.Count > 0 ? [config!.File] : [];
        List<string> warnings = [];
        foreach (var (key, built, said) in new[]
        {
            ("RANDOMIZE_BASE", config?.RandomizesBase, log?.RandomizesBase
                ?? (config?.RandomizesBase is null ? null : log?.SilentOnKaslr)),
            ("UNMAP_KERNEL_AT_EL0", config?.UnmapsKernel, log?.UnmapsKernel),
            ("ARM64_E0PD", config?.E0pd, log?.E0pd),
        })
        {
            if (built is { } given)
            {
                values.Add((key, Json(given)));
                comments = comments.Count > 0 ? comments : [config!.File];
                if (said is { } other && other.Value != given)
                    warnings.Add($"{config!.File}: CONFIG_{key} is {(given ? "y" : "not set")}, and {other.Origin}: it "
                        + "may be another kernel's");
            }
            else if (said is not null)
            {
                values.Add((key, Json(said.Value)));
                comments.Add($"{key}: {said.Origin}");
            }
        }

        return new(values, comments, warnings, config?.File);
    }

    private static List<(string Key, string Json)> OfKfence(BuildConfig config)
    {
        var values = new List<(string, string)>();
        if (config.Kfence is { } kfence)
            values.Add(("KFENCE", Json(kfence)));
        if (config.KfenceInterval is { } interval)
            values.Add(("KFENCE_SAMPLE_INTERVAL", Json(interval)));
        if (config.KfenceObjects is > 0 and { } objects)
            values.Add(("KFENCE_NUM_OBJECTS", Json(objects)));
        if (config.RodataFull is { } full)
            values.Add(("RODATA_FULL_DEFAULT_ENABLED", Json(full)));
        return values;
    }

    private static string Json(bool value) => value ? "true" : "false";

    private static string Json(int value) => value.ToString(CultureInfo.InvariantCulture);
}
