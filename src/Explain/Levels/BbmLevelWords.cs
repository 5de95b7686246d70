using System.Globalization;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Rules;

namespace Orleans.Mmu.Explain.Levels;

/// <summary>The levels of FEAT_BBM: how they are written here, and what each lets a live translation do.</summary>
internal static class BbmLevelWords
{
    public static Explanation Explain() => new(
        ExplainedKind.BbmLevels, "bbm",
        "FEAT_BBM says how a CPU lets a live translation change its size. Options, files, tables and JSON write the " +
        "level as a digit; 3 is level 2 without conflict aborts, for which options also read 2+.")
    {
        Sections =
        [
            new(
                "levels", [.. Enum.GetValues<BbmLevel>().Select(Field)],
                [
                    "The levels relax changes of size and of the Contiguous bit alone. Memory type, output address " +
                    "and other attributes need break-before-make at every level.",
                    "Linux splits blocks of the linear map live where every CPU is on its list of cores without " +
                    "conflict aborts; mmu cores lists them.",
                ]),
        ],
        Rules =
        [
            .. ((string[])["R_WHZWS", "R_FVQCK", "I_PJZBK", "R_HHCXC", "I_HYQMB", "R_KHRBC", "R_FCPSG", "R_PVTFW"])
                .Select(ArmRules.Of),
        ],
        Commands = ["mmu cores", "mmu check live --levels 2,2", "mmu check spin --levels 3,0"],
    };

    private static ExplainedField Field(BbmLevel level) => new(
        ((int)level).ToString(CultureInfo.InvariantCulture), level.Sentence(), level switch
        {
            BbmLevel.Level0 => "every change of size needs break-before-make; two entries for one address may end in " +
                "an abort, in either entry or in a mixture",
            BbmLevel.Level1 => "a block that carries nT may change size live; such an access may fault for a moment",
            BbmLevel.Level2 => "any block may change size live and coherency is kept; a TLB conflict abort is possible",
            BbmLevel.Level2NoAbort => "the same without conflict aborts: FEAT_BBML3, or Linux's list of cores " +
                "(BBML2_NOABORT)",
            _ => throw new ArgumentOutOfRangeException(nameof(level), level, "no such level"),
        });
}
