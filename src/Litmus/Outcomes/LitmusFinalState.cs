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

    public LitmusFinalState(LitmusTest test)
    {
        _test = test;
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
                .ThenBy(a => a.Page is { } page ? test.Names.PageName(page) : "", StringComparer.Ordinal)
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
        var happened = _atoms.Select(a => Matches(state, a)).ToList();
        string values = string.Join(' ', _observables.Select(o => $"{Name(o)}={_test.Names.Text(Value(state, o))};"));
        if (_atoms.IsEmpty)
            return values;
        string yes = string.Join(
            ' ', _atoms.Zip(happened).Where(p => p.Second is not null).Select(p => Positive(p.First, p.Second!.Value)));
        // herd lists faults that did not happen from the last to the first.
        string no = string.Join(
            ' ', _atoms.Zip(happened).Where(p => p.Second is null).Select(p => $"~{Text(p.First)};").Reverse());
        return $"{values} {yes} {no}".TrimEnd();
    }

    /// <summary>Whether a final state satisfies the proposition of the condition.</summary>
    public bool Satisfies(LitmusState state) => Holds(state, _test.Condition.Proposition);

    private bool Holds(LitmusState state, Proposition proposition) => proposition switch
    {
        HasValue has => Value(state, has.Observable) == has.Value,
        Happened happened => Matches(state, happened.Atom) is not null,
        Negation not => !Holds(state, not.Of),
        Conjunction both => Holds(state, both.Left) && Holds(state, both.Right),
        Disjunction either => Holds(state, either.Left) || Holds(state, either.Right),
        Constant constant => constant.Value,
        _ => throw new InvalidOperationException($"{proposition} is no proposition"),
    };

    private FaultRecord? Matches(LitmusState state, FaultAtom atom)
    {
        foreach (var fault in state.Cpus[atom.Cpu].Faults)
        {
            bool isConflict = fault.Type == LitmusFault.Conflict;
            if (isConflict == atom.IsConflict
                && (atom.Label is null
                    || (fault.Instruction >= 0
                        && _test.Programs[atom.Cpu][fault.Instruction].Labels.Contains(atom.Label)))
                && (atom.Page is null || atom.Page == fault.Page)
                && (atom.Type is null || atom.Type == fault.Type.ToString()))
            {
                return fault;
            }
        }

        return null;
    }

    private static LitmusValue Value(LitmusState state, LitmusObservable observable) => observable.Kind switch
    {
        LitmusObservableKind.Register => state.Cpus[observable.Cpu].Registers[observable.Index],
        LitmusObservableKind.Memory => state.Memory[observable.Index * LitmusMemory.CellsOfPage],
        _ => LitmusValue.Descriptor(state.Memory.Descriptor(observable.Index, state.Memory.Newest(observable.Index))),
    };

    private string Name(LitmusObservable observable) => observable.Kind switch
    {
        LitmusObservableKind.Register => $"{observable.Cpu}:X{observable.Index}",
        LitmusObservableKind.Memory => $"[{_test.Names.PageName(observable.Index)}]",
        _ => $"[{_test.Names.WordName(observable.Index)}]",
    };

    // Parts that the atom leaves open are filled in from the fault that happened.
    private string Positive(FaultAtom atom, FaultRecord fault)
    {
        string type = atom.IsConflict ? "" : atom.Type is { } given ? $",MMU:{given}" : $",D-MMU:{fault.Type}";
        return $"{Kind(atom)}({SiteOf(atom)},{_test.Names.PageName(fault.Page)}{type});";
    }

    private string Text(FaultAtom atom)
    {
        string page = atom.Page is { } known ? $",{_test.Names.PageName(known)}" : "";
        string type = atom.Type is { } given ? $",MMU:{given}" : "";
        return $"{Kind(atom)}({SiteOf(atom)}{page}{type})";
    }

    private static string Kind(FaultAtom atom) => atom.IsConflict ? "Conflict" : "Fault";

    private static string SiteOf(FaultAtom atom) => atom.Label is null ? $"P{atom.Cpu}" : $"P{atom.Cpu}:{atom.Label}";

    private static void Collect(
        Proposition proposition, HashSet<LitmusObservable> observables, HashSet<FaultAtom> atoms)
    {
        switch (proposition)
        {
            case HasValue has:
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
