using System.Globalization;
using Orleans.Mmu.Import.Kernels;

namespace Orleans.Mmu.Import.Machines;

/// <summary>The keys of "config" that a .config gives, as JSON values.</summary>
internal static class ConfigChoice
{
    public static IReadOnlyList<(string Key, string Json)> Of(BuildConfig config)
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
        foreach (var (key, value) in new[]
        {
            ("RANDOMIZE_BASE", config.RandomizesBase), ("UNMAP_KERNEL_AT_EL0", config.UnmapsKernel),
            ("ARM64_E0PD", config.E0pd),
        })
        {
            if (value is { } given)
                values.Add((key, Json(given)));
        }

        return values;
    }

    private static string Json(bool value) => value ? "true" : "false";

    private static string Json(int value) => value.ToString(CultureInfo.InvariantCulture);
}
