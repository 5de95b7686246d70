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
        return values;
    }

    private static string Json(bool value) => value ? "true" : "false";

    private static string Json(int value) => value.ToString(CultureInfo.InvariantCulture);
}
