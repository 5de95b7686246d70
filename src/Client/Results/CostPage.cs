using Orleans.Mmu.Costs.Machines;
using Orleans.Mmu.Costs.Parameters;

namespace Orleans.Mmu.Client.Results;

/// <summary>A cost and what it was computed with, as it is printed.</summary>
/// <param name="TlbOrigin">Whose TLBs these are.</param>
internal sealed record CostPage(MachineCost Cost, string TlbOrigin, int ScatterPercent, CostParameters Parameters);
