using Orleans.Mmu.Silo.Hosting;
using Orleans.Mmu.Testing.Faults;

namespace Orleans.Mmu.Testing.Laboratories;

/// <summary>Silos of any test cluster.</summary>
public static class FaultySilo
{
    /// <summary>Adds the laboratory's grains with memory storage, and what their messages go through.</summary>
    /// <param name="faults">The same object for every silo of the cluster.</param>
    public static ISiloBuilder AddMmu(this ISiloBuilder silo, MessageFaults faults) =>
        silo.AddMmu().AddOutgoingGrainCallFilter(faults);
}
