using System.Text;
using Orleans.Mmu.Fuzz.Cases;

namespace Orleans.Mmu.Fuzz.Inputs;

/// <summary>Inputs that begin from no valid one: empty, deep, long and random files.</summary>
internal sealed class Generated(Dice dice)
{
    private const int MostDepth = 100_000;
    private const int MostLength = 200_000;

    public byte[] Make() => dice.Below(12) switch
    {
        0 => [],
        1 => Text(Repeated(" ", MostLength)),
        2 => Text(Repeated("\n", MostLength)),
        3 => Text(Repeated("[", MostDepth)),
        4 => Text(Repeated("{\"a\":", MostDepth)),
        5 => Text(Repeated("(", MostDepth)),
        6 => Text($"{{\"{Repeated("k", MostLength)}\":[{Repeated("0,", 10_000)}0]}}"),
        7 => Text($"{{\"name\":\"{Repeated("\\u202e", MostLength / 6)}\"}}"),
        8 => Text($"{{{string.Concat(Enumerable.Range(0, dice.Length(5_000)).Select(i => $"\"k{i}\":{i},"))}\"z\":0}}"),
        9 => Text($"AArch64 t\n{{\n}}\n P0 ;\n{Repeated(" ISB ;\n", 2_000)}exists ({Repeated("(", 20_000)}0:X0=0"),
        10 => Text($"(write (id 0) (tid 0) (address 0x{Repeated("0", MostLength)}) {Repeated("(src", 5_000)}"),
        _ => [.. Enumerable.Range(0, dice.Length(4096)).Select(_ => (byte)dice.Bits())],
    };

    private string Repeated(string part, int most) => string.Concat(Enumerable.Repeat(part, dice.Length(most)));

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
