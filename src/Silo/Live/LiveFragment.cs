namespace Orleans.Mmu.Silo.Live;

/// <summary>What a page shows in place of what it showed.</summary>
/// <param name="Html">The part of the page that changes.</param>
/// <param name="IsLast">No other fragment follows.</param>
internal sealed record LiveFragment(string Html, bool IsLast);
