namespace Orleans.Mmu.Exploration.Search;

/// <summary>The result of adding a state.</summary>
internal enum Addition
{
    /// <summary>The state was added.</summary>
    New,

    /// <summary>The state was present.</summary>
    Known,

    /// <summary>The state was absent, and there is no memory for it.</summary>
    NoRoom,
}
