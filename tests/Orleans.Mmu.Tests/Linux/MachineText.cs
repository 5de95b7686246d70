namespace Orleans.Mmu.Tests.Linux;

/// <summary>A machine file with known lines, to break one thing at a time.</summary>
internal static class MachineText
{
    public const string File = "m.json";

    /// <summary>The one range of memory.</summary>
    public const string Memory = """{ "start": "0x40000000", "end": "0x140000000" }""";

    /// <summary>Line 1 is the brace; the kernel begins at 3, the image at 8, memory at 12, CPUs at 15.</summary>
    public const string Good = """
        {
          "name": "m",
          "kernel": {
            "version": "7.3",
            "pageSize": "4K",
            "vaBits": 48,
            "commandLine": "",
            "image": { "text": "0x40200000", "stext": "0x40210000", "initBegin": "0x42900000",
                       "initEnd": "0x42d00000", "bssStop": "0x4341e000", "end": "0x43440000" }
          },
          // line 11
          "memory": [
            { "start": "0x40000000", "end": "0x140000000" }
          ],
          "cpus": [
            { "midr": "0x410fd842" },
            { "midr": "0x414fd0c1", "count": 3 }
          ]
        }
        """;

    /// <summary>The good file with one text, which must be there, in place of another.</summary>
    public static string With(string old, string replacement)
    {
        Assert.Contains(old, Good, StringComparison.Ordinal);
        return Good.Replace(old, replacement, StringComparison.Ordinal);
    }
}
