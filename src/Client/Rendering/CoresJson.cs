using System.Text.Json;
using Orleans.Mmu.Arm.Tlbs;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The known cores as JSON. What no source states is null.</summary>
internal static class CoresJson
{
    public static string Render() => JsonText.Array(json =>
    {
        foreach (string name in Linux.Cpus.Core.Names)
        {
            json.WriteStartObject();
            Write(json, Linux.Cpus.Core.Find(name)!);
            json.WriteEndObject();
        }
    });

    private static void Write(Utf8JsonWriter json, Linux.Cpus.Core core)
    {
        json.WriteString("midr", core.Midr.ToString());
        json.WriteString("core", core.Name);
        if (core.Bbm is { } level)
            json.WriteNumber("bbm", (int)level);
        else
            json.WriteNull("bbm");
        var since = ListedSince.Of(core);
        json.WriteString("listedSince", since?.Version.ToString());
        json.WriteString("firstRevision", since?.First);
        var tlbs = CoreTlbs.Of(core.Name);
        WriteTlb(json, "l1i", tlbs?.Instructions);
        WriteTlb(json, "l1d", tlbs?.Data);
        WriteTlb(json, "l2", tlbs?.Second);
        json.WriteString("source", tlbs?.Source);
    }

    private static void WriteTlb(Utf8JsonWriter json, string name, TlbGeometry? tlb) =>
        json.WriteString(name, tlb?.ToString());
}
