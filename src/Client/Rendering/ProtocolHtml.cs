using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Viewer.Documents;
using Orleans.Mmu.Viewer.Protocols;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A protocol as a page.</summary>
internal static class ProtocolHtml
{
    public static Task<string> RenderAsync(ShownProtocol shown) =>
        PageWriter.WriteAsync<ProtocolSheet>($"{shown.Protocol.Name}: protocol", new Dictionary<string, object?>
        {
            [nameof(ProtocolSheet.Protocol)] = shown.Protocol,
            [nameof(ProtocolSheet.Text)] = shown.Text,
        });
}
