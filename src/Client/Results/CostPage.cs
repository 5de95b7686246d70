using Orleans.Mmu.Costs.Machines;
using Orleans.Mmu.Costs.Parameters;

namespace Orleans.Mmu.Client.Results;

/// <summary>A cost with its inputs, ready to print.</summary>
/// <param name="TlbOrigin">Where the TLBs come from.</param>
internal sealed record CostPage(MachineCost Cost, string TlbOrigin, int ScatterPercent, CostParameters Parameters);
