using System.CommandLine;
using System.Globalization;
using System.Text;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Client.Completions;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Names;
using Orleans.Mmu.Explain.Oopses;
using Orleans.Mmu.Explain.Questions;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu explain: an oops, a value, an instruction, a register, a rule or a name of a report in words.</summary>
internal static class ExplainCommand
{
    // A log of a boot has some hundred kilobytes.
    private const int MostBytes = 64 << 20;

    private const string What = "a log with an oops";

    public static Command Create(Terminal terminal)
    {
        var what = new Argument<string[]>("WHAT")
        {
            HelpName = "WHAT",
            Description = "A value, an instruction or a name; a file with an oops; - reads one from standard input.",
            Arity = ArgumentArity.OneOrMore,
        };
        var level = new Option<int?>("--level")
        {
            HelpName = "N",
            Description = "The level at which a descriptor is read, -1 to 3.",
        };
        var pages = new Option<string>("--page-size")
        {
            HelpName = "4K|16K|64K",
            Description = "The granule of the tables.",
            DefaultValueFactory = _ => "4K",
        };
        ChoiceOption.Restrict(pages, [.. Granule.All.Select(g => g.Name)]);
        what.CompletionSources.Add([.. NamedThings.All]);
        level.CompletionSources.Add("-1", "0", "1", "2", "3");
        var bits = new Option<int>("--va-bits")
        {
            HelpName = "N",
            Description = "The size of the kernel's half in bits.",
            DefaultValueFactory = _ => 48,
        };
        bits.OfferVaBits();
        var json = JsonOption.Create();
        var command = new Command(
            "explain", "Says what an oops, a value, an instruction, a register, a rule or a name means.")
        {
            what, level, pages, bits, json,
        };
        command.SetAction(parsed =>
        {
            var shape = Shape(parsed.GetRequiredValue(pages), parsed.GetRequiredValue(bits));
            var question = new Question(shape, LevelOf(parsed.GetValue(level), shape));
            var answer = Answer(question, parsed.GetRequiredValue(what));
            string text = string.Join(' ', parsed.GetRequiredValue(what));
            string asked = GivenValue.Quoted(text);
            if (answer.Kind != ExplainedKind.Descriptor || Question.SaysLevel(text))
                GivenOptions.Refuse(parsed, $"{asked}, which {WhyNoLevel(answer)}", level);
            if (!DependsOnTables(answer))
                GivenOptions.Refuse(parsed, $"{asked}, which is the same for all tables", pages, bits);
            if (parsed.GetValue(json))
                terminal.Out.Write(ExplanationJson.Render(answer));
            else
                terminal.WriteText(ExplanationText.Render(answer, terminal.Style));
            return ExitCode.Done;
        });
        HelpSections.AddTo(command, output => HelpSections.WriteExamples(output,
            "mmu explain R_FVQCK", "mmu explain esr=0x96000047", "mmu explain pte=0x00680000bfff0f13",
            "mmu explain TCR_EL1=0x000000f5b5503510",
            "mmu explain 0x0060000080000f05 --level 2", "mmu explain tlbi rvaale1is, 0x0000440000000080",
            "mmu explain dsb oshst", "mmu explain msr ttbr1_el1", "mmu explain tlb-conflict", "mmu explain bbm",
            "dmesg | mmu explain -"));
        return command;
    }

    private static Explanation Answer(Question question, string[] what)
    {
        string text = string.Join(' ', what);
        if (text == StandardInput.Name)
        {
            string piped = StandardInput.Read(What, s => InputFile.ReadText(text, s, MostBytes));
            return Oops(text, piped, question);
        }

        if (what is [var file] && File.Exists(file))
            return OfFile(file, question);
        try
        {
            return question.Answer(text);
        }
        catch (UnexplainedException e) when (e.IsUnknown && what is [var place] && IsPlace(place))
        {
            return OfFile(place, question);
        }
        catch (UnexplainedException e)
        {
            bool isWord = what is [var word] && !word.Any(char.IsWhiteSpace);
            throw new UsageException(
                $"explain: {e.Message}{(e.IsUnknown && isWord ? "; no file has this name either" : "")}", e);
        }
    }

    private static string WhyNoLevel(Explanation answer) =>
        answer.Kind == ExplainedKind.Descriptor ? "says the level" : "has no level";

    private static bool DependsOnTables(Explanation answer) => answer.Kind switch
    {
        ExplainedKind.Descriptor or ExplainedKind.Oops or ExplainedKind.Tlbi => true,
        // The address of a root.
        ExplainedKind.Register => answer.Subject.Contains("TTBR", StringComparison.Ordinal)
            && answer.Subject.Contains('=', StringComparison.Ordinal),
        _ => false,
    };

    private static Explanation OfFile(string file, Question question) =>
        Oops(file, InputFile.ReadText(file, What, MostBytes), question);

    private static Explanation Oops(string source, string log, Question question)
    {
        var text = QuotedPrintable.Decode(Encoding.UTF8.GetBytes(log), out bool isMail);
        return OopsWords.Explain(
            OopsReader.Read(source, isMail ? Encoding.UTF8.GetString(text.Span) : log), question.Geometry);
    }

    // A word with a slash or a dot that nothing has as its name is meant for a file; a pasted oops has spaces.
    private static bool IsPlace(string text) =>
        text.AsSpan().ContainsAny('/', '.') && !text.Any(char.IsWhiteSpace);

    private static TranslationGeometry Shape(string pages, int bits)
    {
        if (!Granule.TryParse(pages, out var granule) || !TranslationGeometry.VaSizes(granule).Contains(bits))
        {
            throw new UsageException(
                $"--va-bits: expected {string.Join(", ", TranslationGeometry.VaSizes(granule))} with {granule} " +
                $"pages, found {bits.ToString(CultureInfo.InvariantCulture)}");
        }

        return TranslationGeometry.Create(granule, bits);
    }

    private static Level? LevelOf(int? number, TranslationGeometry shape)
    {
        if (number is not { } given)
            return null;
        return given >= shape.StartLevel.Number && given <= 3
            ? Level.Of(given)
            : throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"--level: expected {shape.StartLevel} to 3 with {shape}, found {given}"));
    }
}
