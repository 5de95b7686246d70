using Orleans.Mmu.Axioms.Generation;
using Orleans.Mmu.Axioms.Model;
using Orleans.Mmu.Axioms.Programs;
using Orleans.Mmu.Axioms.Search;
using Orleans.Mmu.Axioms.Writing;

namespace Orleans.Mmu.Axioms.Comparison;

/// <summary>
/// Random programs: the oracle's states beside the machine's. Programs that differ are kept as litmus tests, with both
/// sets of states in comments.
/// </summary>
internal static class RandomComparison
{
    /// <returns>How many programs differ in some mode, or do not run.</returns>
    public static async Task<int> RunAsync(
        string mmu, ulong seed, int programs, Extras extras, bool inOrder, IReadOnlyList<string> options, string? keep,
        TextWriter output, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("mmu-axioms-").FullName;
        try
        {
            var tests = Generate(seed, programs, extras);
            foreach (var test in tests)
                await File.WriteAllTextAsync(
                    Path.Combine(folder, test.Name + ".litmus"), LitmusWriter.Text(test), cancellation);
            var different = new HashSet<string>(StringComparer.Ordinal);
            foreach (var mode in new[] { new ModelMode(false, inOrder), new ModelMode(true, inOrder) })
            {
                string[] modeOptions = mode.Ets2 ? ["--ets2"] : [];
                var found = await MachineStates.RunAsync(mmu, folder, [.. modeOptions, .. options], cancellation);
                var (equal, lost, added, missing) = (0, 0, 0, 0);
                foreach (var test in tests)
                {
                    var expected = Oracle.States(test, mode);
                    var machine = found.GetValueOrDefault(test.Name);
                    if (machine is not null && machine.SetEquals(expected))
                    {
                        equal++;
                        continue;
                    }
                    different.Add(test.Name);
                    missing += machine is null ? 1 : 0;
                    lost += machine is not null && !machine.IsSupersetOf(expected) ? 1 : 0;
                    added += machine is not null && !machine.IsSubsetOf(expected) ? 1 : 0;
                    if (keep is not null)
                        await KeepAsync(keep, test, mode, expected, machine, cancellation);
                }
                await output.WriteLineAsync(
                    $"{mode}: {equal} of {tests.Count} equal; the machine loses states in {lost}, adds some in "
                    + $"{added}, refuses {missing}");
            }
            return different.Count;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>
    /// Programs that the oracle finishes: seeds follow one another, and those that are too large are left out.
    /// </summary>
    public static IReadOnlyList<AbstractProgram> Generate(ulong seed, int programs, Extras extras)
    {
        var result = new List<AbstractProgram>();
        for (var next = seed; result.Count < programs; next++)
        {
            var test = ProgramGenerator.Of(next, extras);
            if (Oracle.IsSmall(test))
                result.Add(test);
        }
        return result;
    }

    private static async Task KeepAsync(
        string folder, AbstractProgram test, ModelMode mode, IReadOnlySet<string> expected,
        IReadOnlySet<string>? machine, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var lines = new List<string> { $"(* {mode}" };
        lines.AddRange(expected.Order(StringComparer.Ordinal).Select(state => $"   allowed  {state}"));
        if (machine is null)
            lines.Add("   the machine refuses it");
        lines.AddRange(expected.Except(machine ?? expected).Order(StringComparer.Ordinal)
            .Select(state => $"   lost     {state}"));
        lines.AddRange((machine ?? expected).Except(expected).Order(StringComparer.Ordinal)
            .Select(state => $"   added    {state}"));
        lines.Add("*)");
        await File.WriteAllTextAsync(
            Path.Combine(folder, $"{test.Name}-{(mode.Ets2 ? "ets2" : "noets")}.litmus"),
            LitmusWriter.Text(test) + string.Join('\n', lines) + "\n", cancellation);
    }
}
