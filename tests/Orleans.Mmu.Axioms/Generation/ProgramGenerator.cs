using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Generation;

/// <summary>
/// Programs from a seed, aimed at what can go wrong: a CPU changes a descriptor and says so, others see the message and
/// use the page. The parts, and what stands between them, vary; every fifth program is of arbitrary accesses.
/// </summary>
internal sealed class ProgramGenerator
{
    private static readonly Link[] Weak =
    [
        Link.Nothing, Link.Nothing, Link.Dmb, Link.DmbLoads, Link.DmbStores, Link.Dsb, Link.DsbLoads, Link.DsbStores,
        Link.DsbIsb, Link.Isb, Link.Address, Link.Address, Link.AddressIsb, Link.Data, Link.Control, Link.ControlIsb,
        Link.PickedAddress, Link.PickedData, Link.PickedControl,
    ];

    private static readonly Link[] Flushes =
    [
        Link.Flush, Link.Flush, Link.Flush, Link.FlushIsb, Link.FlushWithoutDsb, Link.FlushAfterStores,
        Link.FlushAfterLoads, Link.FlushUnfinished,
    ];

    private static readonly Location X = Location.Data("x"), Y = Location.Data("y"), Z = Location.Data("z");
    private readonly Dice dice;
    private readonly HashSet<Location> stored = [];
    private readonly Accesses accesses;
    private readonly Descriptors descriptors;
    private readonly Handlers handlers;
    private readonly Extras extras;
    private readonly string name;

    private ProgramGenerator(ulong seed, Extras extras)
    {
        dice = new Dice(seed);
        accesses = new Accesses(dice, stored);
        descriptors = new Descriptors(dice, extras);
        handlers = new Handlers(dice, accesses);
        this.extras = extras;
        name = $"A{seed:D6}";
    }

    public static AbstractProgram Of(ulong seed, Extras extras) => new ProgramGenerator(seed, extras).Write();

    private AbstractProgram Write()
    {
        GeneratedCpu[] cpus = dice.Percent(25) ? [new(0), new(1), new(2)] : [new(0), new(1)];
        var initial = descriptors.Any();
        switch (dice.Roll(10))
        {
            case < 6:
                Change(cpus[0], initial);
                Observe(cpus[1], cpus.Length > 2);
                if (cpus.Length > 2)
                    See(cpus[2], Z);
                break;
            case < 8:
                foreach (var cpu in cpus)
                    Arbitrary(cpu, cpus.Length > 2 ? 2 : 3, withDescriptors: true);
                break;
            case 8:
                Change(cpus[0], initial);
                Arbitrary(cpus[1], 3, withDescriptors: true);
                if (cpus.Length > 2)
                    Arbitrary(cpus[2], 2, withDescriptors: false);
                break;
            default:
                foreach (var cpu in cpus)
                    Arbitrary(cpu, cpus.Length > 2 ? 2 : 3, withDescriptors: false);
                break;
        }
        if (extras.HasFlag(Extras.Handlers))
        {
            foreach (var cpu in cpus.Where(_ => dice.Percent(45)))
                handlers.Write(cpu, () => dice.Percent(40) ? Between(cpu) : default);
        }
        return Finish(cpus, initial);
    }

    private AbstractProgram Finish(GeneratedCpu[] cpus, PageDescriptor initial)
    {
        var memory = new Dictionary<Location, Value> { [Location.Descriptor("x")] = new Value.Entry(initial) };
        if (dice.Percent(15))
            memory[Location.Descriptor("z")] = new Value.Entry(new PageDescriptor("x"));
        var (accessed, dirty) = (extras.HasFlag(Extras.HardwareUpdates) && dice.Percent(60), dice.Percent(50));
        var both = dice.Percent(50);
        return new AbstractProgram(
            name,
            [.. cpus.Select((cpu, at) => (both || at == 1) switch
            {
                true => cpu.Finish(accessed, accessed && dirty),
                false => cpu.Finish(false, false),
            })],
            memory,
            new Observation(
                [.. cpus.SelectMany(cpu => cpu.Loaded)],
                [.. stored.OrderBy(word => word.ToString(), StringComparer.Ordinal)],
                [.. cpus.SelectMany(cpu => cpu.Faults)]));
    }

    /// <summary>Stores a descriptor of x, flushes or does not, and stores the message.</summary>
    private void Change(GeneratedCpu cpu, PageDescriptor before)
    {
        if (dice.Percent(20))
        {
            accesses.Write(cpu, dice.Of(Doing.Load, Doing.Store), dice.Of(X, Y), default);
            Between(cpu);
        }
        var after = descriptors.Other(before);
        StoreDescriptor(cpu, after, default);
        if (dice.Percent(20))
        {
            Links.Write(cpu, dice.Of(Flushes), "x", dice);
            StoreDescriptor(cpu, descriptors.Other(after), default);
        }
        var tie = Links.Write(cpu, dice.Percent(65) ? dice.Of(Flushes) : dice.Of(Weak), "x", dice);
        if (dice.Percent(20))
            accesses.Write(cpu, dice.Of(Doing.Load, Doing.Store), X, tie);
        else
            accesses.Write(cpu, dice.Of(Doing.Store, Doing.Store, Doing.StoreRelease, Doing.Swap, Doing.Load), Y, tie);
    }

    /// <summary>Sees the message and uses the page, or tells a third CPU.</summary>
    private void Observe(GeneratedCpu cpu, bool tells)
    {
        if (tells)
        {
            accesses.Write(cpu, Seeing(), Y, default);
            accesses.Write(cpu, dice.Of(Doing.Store, Doing.StoreRelease), Z, Between(cpu));
            return;
        }
        See(cpu, Y);
    }

    private void See(GeneratedCpu cpu, Location message)
    {
        if (dice.Percent(12))
        {
            accesses.Write(cpu, Doing.Load, X, default);
            Between(cpu);
        }
        if (dice.Percent(88))
            accesses.Write(cpu, Seeing(), message, default);
        var tie = Between(cpu);
        accesses.Write(cpu, Using(), X, tie);
        if (dice.Percent(25))
            accesses.Write(cpu, Using(), dice.Of(X, X, Z), Between(cpu));
    }

    private void Arbitrary(GeneratedCpu cpu, int count, bool withDescriptors)
    {
        var tie = default(Tie);
        for (var access = 0; access < count; access++)
        {
            if (withDescriptors && dice.Percent(25))
            {
                if (dice.Percent(60))
                    StoreDescriptor(cpu, descriptors.Any(), tie);
                else
                    accesses.Write(cpu, Doing.Load, Location.Descriptor("x"), tie);
            }
            else
                accesses.Write(cpu, dice.Percent(50) ? Seeing() : Using(), dice.Of(X, X, Y, Z), tie);
            if (access < count - 1)
                tie = Between(cpu);
        }
    }

    private void StoreDescriptor(GeneratedCpu cpu, PageDescriptor descriptor, Tie tie)
    {
        var doing = extras.HasFlag(Extras.DescriptorAtomics) && dice.Percent(25) ? Doing.Swap
            : dice.Percent(10) ? Doing.StoreRelease : Doing.Store;
        accesses.Write(cpu, doing, Location.Descriptor("x"), tie, descriptor);
    }

    private Tie Between(GeneratedCpu cpu) =>
        Links.Write(cpu, dice.Percent(80) ? dice.Of(Weak) : dice.Of(Flushes), "x", dice);

    private Doing Seeing() => Special() ?? dice.Of(
        Doing.Load, Doing.Load, Doing.Load, Doing.Load, Doing.LoadAcquire, Doing.LoadAcquirePc, Doing.Swap, Doing.Add);

    private Doing? Special() => dice.Roll(100) switch
    {
        < 10 when extras.HasFlag(Extras.CompareAndSwap) => Doing.CompareAndSwap,
        > 90 when extras.HasFlag(Extras.Exclusives) => Doing.Exclusive,
        _ => null,
    };

    private Doing Using() => Special() ?? dice.Of(
        Doing.Load, Doing.Load, Doing.Load, Doing.Store, Doing.Store, Doing.LoadAcquire, Doing.StoreRelease,
        Doing.Swap, Doing.AddWithoutReturn);
}
