namespace Orleans.Mmu.Linux.Capabilities;

/// <summary>How the linear map of a machine is built.</summary>
public enum BootMode
{
    /// <summary>Large leaves: every CPU may split them live, or no leaf ever needs a split.</summary>
    Block,

    /// <summary>Pages from the start.</summary>
    Page,

    /// <summary>Large leaves first; a repaint with a stopped machine turns them into pages.</summary>
    Repaint,
}

/// <summary>The names of the modes in reports.</summary>
public static class BootModeName
{
    /// <summary>"block", "page" or "repaint".</summary>
    public static string Of(BootMode mode) => mode switch
    {
        BootMode.Block => "block",
        BootMode.Page => "page",
        BootMode.Repaint => "repaint",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "no such mode"),
    };
}
