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
    private readonly Dice _dice;
    private readonly HashSet<Location> _stored = [];
    private readonly Accesses _accesses;
    private readonly Descriptors _descriptors;
    private readonly Handlers _handlers;
    private readonly Extras _extras;
    private readonly string _name;

    private ProgramGenerator(ulong seed, Extras extras)
    {
        _dice = new Dice(seed);
        _accesses = new Accesses(_dice, _stored);
        _descriptors = new Descriptors(_dice, extras);
        _handlers = new Handlers(_dice, _accesses);
        _extras = extras;
        _name = $"A{seed:D6}";
    }

    public static AbstractProgram Of(ulong seed, Extras extras) => new ProgramGenerator(seed, extras).Write();

    private AbstractProgram Write()
    {
        GeneratedCpu[] cpus = _dice.Percent(25) ? [new(0), new(1), new(2)] : [new(0), new(1)];
        var initial = _descriptors.Any();
        switch (_dice.Roll(10))
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
        if (_extras.HasFlag(Extras.Handlers))
        {
            foreach (var cpu in cpus.Where(_ => _dice.Percent(45)))
                _handlers.Write(cpu, () => _dice.Percent(40) ? Between(cpu) : default);
        }
        return Finish(cpus, initial);
    }

    private AbstractProgram Finish(GeneratedCpu[] cpus, PageDescriptor initial)
    {
        var memory = new Dictionary<Location, Value> { [Location.Descriptor("x")] = new Value.Entry(initial) };
        if (_dice.Percent(15))
            memory[Location.Descriptor("z")] = new Value.Entry(new PageDescriptor("x"));
        var (accessed, dirty) = (_extras.HasFlag(Extras.HardwareUpdates) && _dice.Percent(60), _dice.Percent(50));
        var both = _dice.Percent(50);
        return new AbstractProgram(
            _name,
            [.. cpus.Select((cpu, at) => (both || at == 1) switch
            {
                true => cpu.Finish(accessed, accessed && dirty),
                false => cpu.Finish(false, false),
            })],
            memory,
            new Observation(
                [.. cpus.SelectMany(cpu => cpu.Loaded)],
                [.. _stored.OrderBy(word => word.ToString(), StringComparer.Ordinal)],
                [.. cpus.SelectMany(cpu => cpu.Faults)]));
    }

    /// <summary>Stores a descriptor of x, flushes or does not, and stores the message.</summary>
    private void Change(GeneratedCpu cpu, PageDescriptor before)
    {
        if (_dice.Percent(20))
        {
            _accesses.Write(cpu, _dice.Of(Doing.Load, Doing.Store), _dice.Of(X, Y), default);
            Between(cpu);
        }
        var after = _descriptors.Other(before);
        StoreDescriptor(cpu, after, default);
        if (_dice.Percent(20))
        {
            Links.Write(cpu, _dice.Of(Flushes), "x", _dice);
            StoreDescriptor(cpu, _descriptors.Other(after), default);
        }
        var tie = Links.Write(cpu, _dice.Percent(65) ? _dice.Of(Flushes) : _dice.Of(Weak), "x", _dice);
        if (_dice.Percent(20))
            _accesses.Write(cpu, _dice.Of(Doing.Load, Doing.Store), X, tie);
        else
            _accesses.Write(
                cpu, _dice.Of(Doing.Store, Doing.Store, Doing.StoreRelease, Doing.Swap, Doing.Load), Y, tie);
    }

    /// <summary>Sees the message and uses the page, or tells a third CPU.</summary>
    private void Observe(GeneratedCpu cpu, bool tells)
    {
        if (tells)
        {
            _accesses.Write(cpu, Seeing(), Y, default);
            _accesses.Write(cpu, _dice.Of(Doing.Store, Doing.StoreRelease), Z, Between(cpu));
            return;
        }
        See(cpu, Y);
    }

    private void See(GeneratedCpu cpu, Location message)
    {
        if (_dice.Percent(12))
        {
            _accesses.Write(cpu, Doing.Load, X, default);
            Between(cpu);
        }
        if (_dice.Percent(88))
            _accesses.Write(cpu, Seeing(), message, default);
        var tie = Between(cpu);
        _accesses.Write(cpu, Using(), X, tie);
        if (_dice.Percent(25))
            _accesses.Write(cpu, Using(), _dice.Of(X, X, Z), Between(cpu));
    }

    private void Arbitrary(GeneratedCpu cpu, int count, bool withDescriptors)
    {
        var tie = default(Tie);
        for (var access = 0; access < count; access++)
        {
            if (withDescriptors && _dice.Percent(25))
            {
                if (_dice.Percent(60))
                    StoreDescriptor(cpu, _descriptors.Any(), tie);
                else
                    _accesses.Write(cpu, Doing.Load, Location.Descriptor("x"), tie);
            }
            else
                _accesses.Write(cpu, _dice.Percent(50) ? Seeing() : Using(), _dice.Of(X, X, Y, Z), tie);
            if (access < count - 1)
                tie = Between(cpu);
        }
    }

    private void StoreDescriptor(GeneratedCpu cpu, PageDescriptor descriptor, Tie tie)
    {
        var doing = _extras.HasFlag(Extras.DescriptorAtomics) && _dice.Percent(25) ? Doing.Swap
            : _dice.Percent(10) ? Doing.StoreRelease : Doing.Store;
        _accesses.Write(cpu, doing, Location.Descriptor("x"), tie, descriptor);
    }

    private Tie Between(GeneratedCpu cpu) =>
        Links.Write(cpu, _dice.Percent(80) ? _dice.Of(Weak) : _dice.Of(Flushes), "x", _dice);

    private Doing Seeing() => Special() ?? _dice.Of(
        Doing.Load, Doing.Load, Doing.Load, Doing.Load, Doing.LoadAcquire, Doing.LoadAcquirePc, Doing.Swap, Doing.Add);

    private Doing? Special() => _dice.Roll(100) switch
    {
        < 10 when _extras.HasFlag(Extras.CompareAndSwap) => Doing.CompareAndSwap,
        > 90 when _extras.HasFlag(Extras.Exclusives) => Doing.Exclusive,
        _ => null,
    };

    private Doing Using() => Special() ?? _dice.Of(
        Doing.Load, Doing.Load, Doing.Load, Doing.Store, Doing.Store, Doing.LoadAcquire, Doing.StoreRelease,
        Doing.Swap, Doing.AddWithoutReturn);
}
