using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Maps;
using Orleans.Mmu.Viewer.Documents;
using Orleans.Mmu.Viewer.Maps;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A linear map as a page.</summary>
internal static class MapHtml
{
    /// <param name="name">The machine's name.</param>
    /// <param name="why">The boot mode with its reason; null for a map that was read from a file.</param>
    public static Task<string> RenderAsync(string name, KernelMap map, ModeReason? why) =>
        PageWriter.WriteAsync<MapPage>($"{name}: linear map", new Dictionary<string, object?>
        {
            [nameof(MapPage.Name)] = name,
            [nameof(MapPage.Map)] = map,
            [nameof(MapPage.Why)] = why,
        });
}
