using System.Collections.Immutable;
using System.Diagnostics;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Outcomes;

/// <summary>Reads final states: as text in herd's form, and as an answer to the condition.</summary>
internal sealed class LitmusFinalState
{
    private readonly LitmusTest _test;
    private readonly ImmutableArray<LitmusObservable> _observables;
    private readonly ImmutableArray<FaultAtom> _atoms;
    private readonly FaultText _faults;
    private readonly FinalValues _values;

    public LitmusFinalState(LitmusTest test)
    {
        _test = test;
        _values = new FinalValues(test);
        _faults = new FaultText(test);
        var observables = new HashSet<LitmusObservable>(test.Locations);
        var atoms = new HashSet<FaultAtom>(test.FaultLocations);
        Collect(test.Condition.Proposition, observables, atoms);
        _observables =
        [
            .. observables.OrderBy(o => o.Kind).ThenBy(o => o.Cpu)
                .ThenBy(o => o.Kind == LitmusObservableKind.Register ? o.Index : 0)
                    .ThenBy(Name, StringComparer.Ordinal),
        ];
        _atoms =
        [
            .. atoms.OrderBy(a => a.IsConflict).ThenBy(a => a.Cpu).ThenBy(a => a.Label, StringComparer.Ordinal)
                .ThenBy(a => a.Place is { } place ? test.Names.Text(place) : "", StringComparer.Ordinal)
                    .ThenBy(a => a.Type, StringComparer.Ordinal),
        ];
    }

    /// <summary>Whether the condition asks about TLB conflicts.</summary>
    public bool AsksAboutConflicts => _atoms.Any(a => a.IsConflict);

    /// <summary>
    /// Conflict atoms without a label, which hold for a conflict at any moment rather than at one access.
    /// </summary>
    public IEnumerable<FaultAtom> ConflictsAtAnyTime => _atoms.Where(a => a.IsConflict && a.Label is null);

    /// <summary>A final state, in herd's form.</summary>
    public string Text(LitmusState state)
    {
        string values = string.Join(' ', _observables.Select(o => $"{Name(o)}={_values.Text(state, o)};"));
        return _atoms.IsEmpty ? values : $"{values} {_faults.Text(state, _atoms)}".TrimEnd();
    }

    /// <summary>Whether a final state satisfies the proposition of the condition.</summary>
    public bool Satisfies(LitmusState state) => Satisfies(state, _test.Condition.Proposition);

    /// <summary>Whether a final state satisfies a proposition.</summary>
    public bool Satisfies(LitmusState state, Proposition proposition) => Holds(state, proposition);

    private bool Holds(LitmusState state, Proposition proposition) => proposition switch
    {
        HasValue has => _values.Is(state, has.Observable, has.Value),
        HasLabel has => _values.IsLabel(state, has),
        Happened happened => _faults.Matching(state, happened.Atom).Any(),
        Negation not => !Holds(state, not.Of),
        Conjunction both => Holds(state, both.Left) && Holds(state, both.Right),
        Disjunction either => Holds(state, either.Left) || Holds(state, either.Right),
        Constant constant => constant.Value,
        _ => throw new InvalidOperationException($"{proposition} is no proposition"),
    };

    private string Name(LitmusObservable observable) => observable.Kind switch
    {
        LitmusObservableKind.Register => $"{observable.Cpu}:X{observable.Index}",
        LitmusObservableKind.Memory => $"[{_test.Names.PageName(observable.Index)}]",
        _ => $"[{_test.Names.WordName(observable.Index)}]",
    };

    private static void Collect(
        Proposition proposition, HashSet<LitmusObservable> observables, HashSet<FaultAtom> atoms)
    {
        switch (proposition)
        {
            case HasValue has:
                observables.Add(has.Observable);
                break;
            case HasLabel has:
                observables.Add(has.Observable);
                break;
            case Happened happened:
                atoms.Add(happened.Atom);
                break;
            case Negation not:
                Collect(not.Of, observables, atoms);
                break;
            case Conjunction both:
                Collect(both.Left, observables, atoms);
                Collect(both.Right, observables, atoms);
                break;
            case Disjunction either:
                Collect(either.Left, observables, atoms);
                Collect(either.Right, observables, atoms);
                break;
            case Constant:
                break;
            default:
                throw new UnreachableException($"no rule says what {proposition} observes");
        }
    }
}
