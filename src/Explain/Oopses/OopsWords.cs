using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Descriptors;
using Orleans.Mmu.Explain.Syndromes;

namespace Orleans.Mmu.Explain.Oopses;

/// <summary>An oops in words: the fault, each level of the printed walk, and whether the two agree.</summary>
public static class OopsWords
{
    /// <param name="usual">The shape of the tables where the oops does not name it.</param>
    public static Explanation Explain(Oops oops, TranslationGeometry usual)
    {
        var geometry = oops.Tables is { } tables
            ? TranslationGeometry.Create(tables.Granule, tables.VaBits) : usual;
        var walk = OopsLevels.Of(oops.Walk, geometry);
        var sections = ImmutableArray.CreateBuilder<ExplanationSection>();
        if (oops.Syndrome is { } esr)
            sections.Add(SyndromeWords.Section(esr));
        if (walk.Length > 0)
            sections.Add(WalkSection(oops, geometry, walk));
        var findings = OopsFindings.Of(oops, geometry, walk).ToImmutableArray();
        if (findings.Length > 0)
            sections.Add(new("together", [], findings));
        return new(ExplainedKind.Oops, Subject(oops), Summary(oops))
        {
            Sections = sections.ToImmutable(),
            Rules = oops.Syndrome is { } fault ? SyndromeWords.Rules(fault) : [],
            Commands = oops.Syndrome is { } report && ConcernsKernelTables(oops) ? SyndromeWords.Commands(report) : [],
        };
    }

    // Commands read the tables of TTBR1_EL1: not those of EL2, nor those of a process.
    private static bool ConcernsKernelTables(Oops oops) =>
        oops is { Hypervisor: null, Syndrome: { IsFromLower: false, AddressIsInvalid: false } }
        && oops.Tables is not { ForUser: true } && oops.Address is null or { IsUpperHalf: true };

    private static string Subject(Oops oops) => oops switch
    {
        { Hypervisor: not null } => "a panic of KVM's code at EL2",
        { IsStackOverflow: true, Address: { } address } => $"a stack overflow at {address}",
        { What: { } what, Address: { } address } => $"{what} at {address}",
        { Address: { } address } => $"an access of {address}",
        { Syndrome.IsFromLower: true } => "a fault of user space",
        { Syndrome.IsSError: true } => "an SError",
        _ => "an oops",
    };

    private static string Summary(Oops oops)
    {
        string code = oops.Code is not { } function ? ""
            : oops.Syndrome is { IsSError: true } ? $" It interrupted {function}."
            : $" The access was made in {function}.";
        return oops.Syndrome is { } esr ? SyndromeWords.Summary(esr) + code
            : $"The report has no ESR, so which fault it was is not known.{code}";
    }

    private static ExplanationSection WalkSection(
        Oops oops, TranslationGeometry geometry, ImmutableArray<OopsLevel> walk)
    {
        string title = $"the walk that the kernel printed ({geometry})";
        ImmutableArray<string> notes = oops.Tables is null
            ? [$"The report does not name the tables; {geometry} are assumed (--page-size, --va-bits)."] : [];
        return new(
            title, [.. walk.Select(l => new ExplainedField(
                string.Create(CultureInfo.InvariantCulture, $"{l.Entry.Name}, level {l.Level}"),
                l.Entry.Descriptor.ToString(), DescriptorWords.Summary(l.Entry.Descriptor, geometry, l.Level)))],
            notes);
    }
}
