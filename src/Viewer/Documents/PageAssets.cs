namespace Orleans.Mmu.Viewer.Documents;

/// <summary>The style sheet and the scripts that pages carry; they are resources of this assembly.</summary>
internal static class PageAssets
{
    /// <summary>Plain CSS: light and dark, from 360 pixels on, printable.</summary>
    public static string Style { get; } = Read("viewer.css");

    /// <summary>Steps through the moments of a page by buttons and keys; a page is complete without it.</summary>
    public static string Script { get; } = Read("viewer.js");

    /// <summary>Replaces what changes of a live page by what the silo sends; a page is complete without it.</summary>
    public static string LiveScript { get; } = Read("live.js");

    private static string Read(string name)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the assembly has no resource {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
