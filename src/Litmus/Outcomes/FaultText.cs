using System.Globalization;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Outcomes;

/// <summary>The faults of a final state, as far as a test asks about them, in herd's form.</summary>
internal sealed class FaultText(LitmusTest test)
{
    /// <summary>Each fault that some atom matches, once, and each atom that no fault matches.</summary>
    public string Text(LitmusState state, IReadOnlyList<FaultAtom> atoms)
    {
        var shown = new List<(int Cpu, FaultRecord Fault)>();
        var happened = new List<string>();
        var missing = new List<string>();
        foreach (var atom in atoms)
        {
            var matching = Matching(state, atom).ToList();
            foreach (var fault in matching.Where(f => !shown.Contains((atom.Cpu, f))))
            {
                shown.Add((atom.Cpu, fault));
                happened.Add(Positive(atom, fault));
            }

            if (matching.Count == 0)
                missing.Add($"~{Negative(atom)};");
        }

        // herd lists faults that did not happen from the last to the first.
        missing.Reverse();
        return $"{string.Join(' ', happened)} {string.Join(' ', missing)}";
    }

    /// <summary>The faults of a state that an atom matches.</summary>
    public IEnumerable<FaultRecord> Matching(LitmusState state, FaultAtom atom) =>
        state.Cpus[atom.Cpu].Faults.Where(fault =>
            fault.Type == LitmusFault.Conflict == atom.IsConflict
            && (atom.Label is null || LabelsOf(atom.Cpu, fault).Contains(atom.Label))
            && (atom.Place is not { } place || IsAt(fault, place))
            && (atom.Type is null || atom.Type == fault.Type.ToString()));

    private static bool IsAt(FaultRecord fault, LitmusValue place) =>
        fault.Place is { } at && at.Kind == place.Kind
            && (at.Kind == LitmusValueKind.Address ? at.Page == place.Page : at.Bits == place.Bits);

    // Parts that the atom leaves open are filled in from the fault that happened.
    private string Positive(FaultAtom atom, FaultRecord fault)
    {
        var parts = new List<string> { Site(atom.Cpu, LabelsOf(atom.Cpu, fault)) };
        if (fault.Place is { } place)
            parts.Add(test.Names.Text(place));
        if (IsMmu(fault.Type))
            parts.Add(atom.Type is { } given ? $"MMU:{given}" : $"D-MMU:{fault.Type}");
        else if (!atom.IsConflict)
            parts.Add(fault.Type.ToString());
        // EL0 has no right to tables, which herd says.
        if (fault.Place is { Kind: LitmusValueKind.TableWord })
            parts.Add("EL0");
        return $"{Kind(atom)}({string.Join(',', parts)});";
    }

    private string Negative(FaultAtom atom)
    {
        string place = atom.Place is { } known ? $",{test.Names.Text(known)}" : "";
        string type = atom.Type is not { } given ? ""
            : given is nameof(LitmusFault.SupervisorCall) or nameof(LitmusFault.UndefinedInstruction)
            ? $",{given}" : $",MMU:{given}";
        return $"{Kind(atom)}({Site(atom.Cpu, atom.Label is { } label ? [label] : [])}{place}{type})";
    }

    private IReadOnlyList<string> LabelsOf(int cpu, FaultRecord fault) =>
        fault.Instruction < 0 ? [] : test.Programs[cpu][fault.Instruction].Labels;

    private static bool IsMmu(LitmusFault fault) =>
        fault is LitmusFault.Translation or LitmusFault.AccessFlag or LitmusFault.Permission;

    private static string Kind(FaultAtom atom) => atom.IsConflict ? "Conflict" : "Fault";

    // Several labels of one instruction stand in braces.
    private static string Site(int cpu, IReadOnlyList<string> labels)
    {
        string names = labels.Count > 1
            ? $":{{{string.Join(',', labels.Order(StringComparer.Ordinal))}}}"
            : labels.Count == 1 ? $":{labels[0]}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"P{cpu}{names}");
    }
}
