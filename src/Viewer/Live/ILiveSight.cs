namespace Orleans.Mmu.Viewer.Live;

/// <summary>What a page that changes by itself shows at a moment.</summary>
public interface ILiveSight
{
    /// <summary>Nothing will change any more.</summary>
    bool IsLast { get; }

    /// <summary>Equal for two sights that show the same.</summary>
    object Mark { get; }

    /// <summary>The part of the page that changes.</summary>
    Task<string> FragmentAsync();
}
