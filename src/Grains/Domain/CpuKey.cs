using System.Globalization;

namespace Orleans.Mmu.Grains.Domain;

/// <summary>The key of a CPU grain: its machine's key and its number.</summary>
internal readonly record struct CpuKey(string Machine, int Id)
{
    public static CpuKey Parse(string key)
    {
        int slash = key.LastIndexOf('/');
        return slash > 0
            && int.TryParse(key.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            ? new(key[..slash], id)
            : throw new ArgumentException($"\"{key}\" is not the key of a CPU", nameof(key));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Machine}/{Id}");
}
