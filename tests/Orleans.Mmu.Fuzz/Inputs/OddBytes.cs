namespace Orleans.Mmu.Fuzz.Inputs;

/// <summary>Bytes that readers of text stumble over.</summary>
internal static class OddBytes
{
    public static IReadOnlyList<byte[]> All { get; } =
    [
        [0], [0xff], [0xfe, 0xff], [0xef, 0xbb, 0xbf], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf4, 0x90, 0x80, 0x80],
        [.. "\u202e"u8], [.. "\u2028"u8], [.. "\u0085"u8], [.. "\u001b[2J"u8], [.. "\r"u8], [.. "\r\n"u8],
        [.. "\u00a0"u8], [.. "\t"u8], [.. "\u0130"u8], [.. "\uff11"u8], [.. "\u0661"u8], [.. "\U0001f600"u8],
    ];
}
