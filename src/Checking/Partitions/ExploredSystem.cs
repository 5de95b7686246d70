using System.Collections.Immutable;
using Orleans.Mmu.Arm;

namespace Orleans.Mmu.Checking;

/// <summary>A system to explore, named by what it is made from, so that it can be made again where its states are to live.</summary>
/// <param name="Name">A protocol's or a reference system's.</param>
/// <param name="TwoStep">Reference systems: a walk takes two steps.</param>
/// <param name="Cnp">Protocols: swapper_pg_dir carries CnP.</param>
/// <param name="Levels">Protocols: CPU 0's, CPU 1's, and so on.</param>
public sealed record ExploredSystem(string Name, int Cpus, bool TwoStep = false, bool Cnp = true, ImmutableArray<BbmLevel> Levels = default)
{
    /// <summary>Makes a part of its state space.</summary>
    /// <exception cref="ArgumentException">There is no such system, or no such part.</exception>
    public IPartition ToPartition(PartitionShape shape)
    {
        shape.Validate();
        if (ReferenceCheck.Names.Contains(Name))
        {
            if (Cpus is < ReferenceOptions.MinCpus or > ReferenceOptions.MaxCpus)
                throw new ArgumentException($"{Name}: expected {ReferenceOptions.MinCpus} to {ReferenceOptions.MaxCpus} CPUs, found {Cpus}");
            return new Partition<ReferenceState, ReferenceSystem>(ReferenceCheck.System(Name, Cpus, TwoStep, shape.Symmetry), shape);
        }

        if (CheckedProtocols.Find(Name) is not { } protocol)
            throw new ArgumentException($"expected a protocol of mmu check --list, found \"{Name}\"");
        if (Cpus is < 1 or > ToyMachine.MaxCpus)
            throw new ArgumentException($"{Name}: expected 1 to {ToyMachine.MaxCpus} CPUs, found {Cpus}");
        if (Levels.IsDefaultOrEmpty || Levels.Length > ToyMachine.MaxCpus || !Levels.All(Enum.IsDefined))
            throw new ArgumentException($"{Name}: expected 1 to {ToyMachine.MaxCpus} levels of 0, 1, 2 and 3");
        var model = protocol.Model(new CheckOptions { Levels = Levels, Cnp = Cnp });
        return new Partition<Bits256, MachineSystem>(new MachineSystem(model, Cpus, Levels), shape);
    }
}
