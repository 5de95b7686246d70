using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Tests.Client;

/// <summary>Names are found whatever their case, and a mistyped one is answered with the nearest.</summary>
public sealed class NameTests
{
    [Theory]
    [InlineData("boot", "bot", "asymmetric")]
    [InlineData("check", "help", "chek")]
    [InlineData("symmetric", "map", "symetric")]
    [InlineData("symmetric", "boot", "symetric")]
    [InlineData("symmetric", "decay", "symetric")]
    [InlineData("symmetric", "tlb", "trace", "--map", "symetric")]
    [InlineData("idmap-reserved", "check", "idmap-reservd")]
    [InlineData("spin", "boot", "symmetric", "--protocol", "spun")]
    [InlineData("hot-remove-cuts-leaf", "museum", "hot-remove-cut-leaf")]
    [InlineData("modules", "exercise", "symmetric", "--scenario", "module")]
    [InlineData("AmpereOne", "tlb", "trace", "--core", "AmpereOn")]
    [InlineData("--seed", "boot", "symmetric", "--sed", "7")]
    [InlineData("--json", "cores", "--jsno")]
    [InlineData("leaves", "map", "symmetric", "--format", "leafs")]
    [InlineData("bash", "completion", "bsh")]
    [InlineData("R_FVQCK", "explain", "R_FVQCX")]
    public async Task A_mistyped_name_is_answered_with_the_nearest(string nearest, params string[] args)
    {
        var run = await CommandRun.WithoutSiloAsync(args);

        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.Matches($"the nearest (is|are) ['\"]{nearest}['\"]", run.Error);
        Assert.Equal('\n', run.Error[^1]);
        Assert.Equal(1, run.Error.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("machines", "Symmetric")]
    [InlineData("map", "SYMMETRIC")]
    [InlineData("CHECK", "Spin", "--show")]
    [InlineData("museum", "Hot-Remove-Cuts-Leaf", "--FIXED")]
    [InlineData("map", "symmetric", "--format", "PTDUMP")]
    [InlineData("explain", "r_fvqck")]
    public async Task A_name_is_found_whatever_its_case(params string[] args)
    {
        string[] lower = [.. args.Select(a => a.ToLowerInvariant())];
        var run = await CommandRun.WithoutSiloAsync(
            [.. args.Select(a => a.StartsWith('-') ? a.ToLowerInvariant() : a)]);

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Equal(run, await CommandRun.WithoutSiloAsync(lower));
    }

    [Fact]
    public async Task A_missing_file_is_answered_with_its_neighbour()
    {
        string folder = Path.Combine(Repository.Root, "tests", "litmus", "dance");
        string real = Directory.GetFiles(folder, "*.litmus").Order(StringComparer.Ordinal).First();

        var run = await CommandRun.WithoutSiloAsync(
            "check", real.Replace(".litmus", "x.litmus", StringComparison.Ordinal));

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains($"(the nearest is '{Path.GetFileName(real)}')", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_has_its_noun()
    {
        Assert.Equal("1 CPU", Counted.Of(1, "CPU"));
        Assert.Equal("0 leaves", Counted.Of(0, "leaf", "leaves"));
        Assert.Equal("1,024 events", Counted.Of(1024, "event"));
    }

    [Fact]
    public void Sentences_are_broken_at_spaces_and_hang_under_their_column()
    {
        Assert.Equal("ab    one two\n      three\n", WrappedText.Of("ab    one two three\n", 14));
        Assert.Equal("one two\n  three\n", WrappedText.Of("one two three\n", 8));
        Assert.Equal("| a table's row |\n", WrappedText.Of("| a table's row |\n", 8));
        Assert.Equal("/a/long/path\n", WrappedText.Of("/a/long/path\n", 4));
    }
}
