namespace Orleans.Mmu.Tests.Audit;

/// <summary>A ptdump without findings.</summary>
internal static class SamplePtdump
{
    public const string Text =
        """
        ---[ Linear Mapping start ]---
        0xffff000000000000-0xffff000000200000           2M PMD       RW NX SHD AF        BLK UXN    MEM/NORMAL-TAGGED
        0xffff000000200000-0xffff000000400000           2M PMD       ro NX SHD AF        BLK UXN    MEM/NORMAL
        0xffff000000400000-0xffff000000410000          64K PTE       RW NX SHD AF    CON     UXN    MEM/NORMAL-TAGGED
        0xffff000000410000-0xffff000000413000          12K PTE       RW NX SHD AF            UXN    MEM/NORMAL-TAGGED
        0xffff000000413000-0xffff000000420000          52K PTE     F RW NX SHD AF NG         UXN    MEM/NORMAL-TAGGED
        0xffff000000420000-0xffff000000600000        1920K PTE
        0xffff000000600000-0xffff000040000000        1018M PMD
        0xffff000040000000-0xffff800000000000       131071G PUD
        ---[ Linear Mapping end ]---
        ---[ Modules start ]---
        0xffff800000000000-0xffff800080000000           2G PUD
        ---[ Modules end ]---
        ---[ vmalloc() area ]---
        0xffff800080000000-0xffff800080200000           2M PMD       ro x  SHD AF        BLK UXN    MEM/NORMAL

        """;

    public static string Replaced(string before, string after)
    {
        int at = Text.IndexOf(before, StringComparison.Ordinal);
        Assert.True(at >= 0);
        return Text[..at] + after + Text[(at + before.Length)..];
    }
}
