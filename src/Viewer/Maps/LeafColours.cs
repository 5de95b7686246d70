namespace Orleans.Mmu.Viewer.Maps;

/// <summary>How a strip draws each size of leaf: the style sheet has a colour and a pattern for each class.</summary>
internal static class LeafColours
{
    /// <summary>The class of a size: the larger the leaf, the lower the number; "mixed" for several sizes.</summary>
    /// <param name="size">A size as a census names it: "2M+CONT".</param>
    public static string ClassOf(string size) => size switch
    {
        LeafSegment.Mixed => "leaf-mixed",
        _ when size.EndsWith("+CONT", StringComparison.Ordinal) => $"leaf-{Rank(size[..^5])}c",
        _ => $"leaf-{Rank(size)}",
    };

    // 4K, 16K and 64K are pages; 2M, 32M and 512M are the blocks above them; 1G and more the ones above those.
    private static int Rank(string size) => size switch
    {
        "4K" or "16K" or "64K" => 3,
        "2M" or "32M" or "512M" => 2,
        _ => 1,
    };
}
