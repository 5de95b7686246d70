using Orleans.Mmu.Checking.Places;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.References;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Checking.ExploredPartitions;

/// <summary>Creates the partitions of a system's state space from the system's name.</summary>
public static class ExploredPartitions
{
    /// <exception cref="ArgumentException">There is no such system, or no such partition.</exception>
    public static IPartition ToPartition(this ExploredSystem explored, PartitionShape shape)
    {
        var (name, cpus, twoStep, cnp, levels) = explored;
        shape.Validate();
        if (ReferenceCheck.Names.Contains(name))
        {
            if (cpus is < ReferenceOptions.MinCpus or > ReferenceOptions.MaxCpus)
                throw new ArgumentException(
                    $"{name}: expected {ReferenceOptions.MinCpus} to {ReferenceOptions.MaxCpus} CPUs, found {cpus}");
            return new Partition<ReferenceState, ReferenceSystem>(
                ReferenceCheck.System(name, cpus, twoStep, shape.Symmetry), shape);
        }

        var protocol = ProtocolOf(explored);
        if (cpus is < 1 or > ToyMachine.MaxCpus)
            throw new ArgumentException($"{name}: expected 1 to {ToyMachine.MaxCpus} CPUs, found {cpus}");
        if (levels.IsDefaultOrEmpty || levels.Length > ToyMachine.MaxCpus || !levels.All(Enum.IsDefined))
            throw new ArgumentException($"{name}: expected 1 to {ToyMachine.MaxCpus} levels of 0, 1, 2 and 3");
        var model = protocol.Model(new CheckOptions { Levels = levels, Cnp = cnp, RepeatsTlbi = explored.RepeatsTlbi });
        return new Partition<Bits256, MachineSystem>(new MachineSystem(model, cpus, levels), shape);
    }

    // The text comes from a client and is as untrusted there as a file.
    private static CheckedProtocol ProtocolOf(ExploredSystem explored)
    {
        if (explored.Text is not { } text)
            return CheckedProtocols.Find(explored.Name)
                ?? throw new ArgumentException($"expected a protocol of mmu check --list, found \"{explored.Name}\"");
        try
        {
            return CheckedProtocols.Parse("protocol", text);
        }
        catch (InputException e)
        {
            throw new ArgumentException(e.Message, e);
        }
    }
}
