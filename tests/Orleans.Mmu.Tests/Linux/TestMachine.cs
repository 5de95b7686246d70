using System.Globalization;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>Machines for tests, from the few things that a test is about.</summary>
internal sealed record TestMachine
{
    public const string Listed = "0x410fd842";
    public const string Unlisted = "0x414fd0c1";

    public string Version { get; init; } = "6.18";

    public string PageSize { get; init; } = "4K";

    public int VaBits { get; init; } = 48;

    public string CommandLine { get; init; } = "";

    public bool Kfence { get; init; } = true;

    public bool Kaslr { get; init; }

    /// <summary>More of "config", such as "\"RANDOMIZE_BASE\": false".</summary>
    public string Config { get; init; } = "";

    /// <summary>_text, _stext, __init_begin, __init_end, __bss_stop, _end.</summary>
    public IReadOnlyList<ulong> Image { get; init; } =
        [0x4020_0000, 0x4021_0000, 0x4290_0000, 0x42d0_0000, 0x4341_e000, 0x4344_0000];

    public ulong? PhysicalOffset { get; init; }

    public ulong? KfencePool { get; init; }

    /// <summary>The address bits of the realm that the kernel runs in; null for none.</summary>
    public int? RealmIpaBits { get; init; }

    public IReadOnlyList<(ulong Start, ulong End)> Memory { get; init; } = [(0x4000_0000, 0x8000_0000)];

    public IReadOnlyList<(ulong Start, ulong End)> NoMap { get; init; } = [];

    /// <summary>MIDRs; "/N" gives the BBM level, "+e0pd", "-csv3" and "+late" set what they name.</summary>
    public IReadOnlyList<string> Cpus { get; init; } = [Listed, Unlisted];

    public MachineDescription Describe() => MachineFile.Parse("test", Json());

    private string Json()
    {
        string[] names = ["text", "stext", "initBegin", "initEnd", "bssStop", "end"];
        string image = string.Join(", ", names.Zip(Image, (n, a) => $"\"{n}\": \"{Hex(a)}\""));
        string offset = PhysicalOffset is { } at ? $", \"physicalOffset\": \"{Hex(at)}\"" : "";
        string pool = KfencePool is { } start ? $", \"kfencePool\": \"{Hex(start)}\"" : "";
        string realm = RealmIpaBits is { } bits ? $", \"realm\": {{ \"ipaBits\": {bits} }}" : "";
        return $$"""
            { "name": "test", "kernel": { "version": "{{Version}}", "pageSize": "{{PageSize}}", "vaBits": {{VaBits}},
              "commandLine": "{{CommandLine}}", "image": { {{image}} }{{offset}}{{pool}}{{realm}},
              "kaslr": {{(Kaslr ? "true" : "false")}},
              "config": { "KFENCE": {{(Kfence ? "true" : "false")}}, {{Config}} } },
              "memory": [{{Ranges(Memory)}}], "noMap": [{{Ranges(NoMap)}}],
              "cpus": [{{string.Join(", ", Cpus.Select(Cpu))}}] }
            """;
    }

    private static string Cpu(string cpu)
    {
        string[] words = cpu.Split(' ');
        string[] parts = words[0].Split('/');
        string more = string.Concat(
            words[1..].Select(w => $", \"{w[1..]}\": {(w[0] == '+' ? "true" : "false")}"));
        return parts.Length == 1 ? $"{{ \"midr\": \"{parts[0]}\"{more} }}"
            : $"{{ \"midr\": \"{parts[0]}\", \"bbm\": {parts[1]}{more} }}";
    }

    private static string Ranges(IEnumerable<(ulong Start, ulong End)> ranges) =>
        string.Join(", ", ranges.Select(r => $"{{ \"start\": \"{Hex(r.Start)}\", \"end\": \"{Hex(r.End)}\" }}"));

    private static string Hex(ulong value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");
}
