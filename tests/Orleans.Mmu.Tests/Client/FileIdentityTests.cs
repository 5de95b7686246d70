using System.Diagnostics;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;

namespace Orleans.Mmu.Tests.Client;

/// <summary>A file is the same by each of its names, so an output that is an input is refused by each.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class FileIdentityTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mmu");

    public FileIdentityTests()
    {
        File.WriteAllText(Named("in.log"), "x");
        File.CreateSymbolicLink(Named("link.html"), "in.log");
        File.CreateSymbolicLink(Named("of-link.html"), "link.html");
        File.CreateSymbolicLink(Named("nowhere.html"), "new.html");
        Directory.CreateSymbolicLink(Named("here"), ".");
        Directory.CreateDirectory(Named("b/c"));
        Directory.CreateSymbolicLink(Named("deep"), "b/c");
        using var ln = Process.Start("ln", [Named("in.log"), Named("hard.html")]);
        ln.WaitForExit();
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("in.log", "link.html", true)]
    [InlineData("in.log", "of-link.html", true)]
    [InlineData("in.log", "hard.html", true)]
    [InlineData("in.log", "here/in.log", true)]
    [InlineData("in.log", "here/here/link.html", true)]
    [InlineData("in.log", "deep/../in.log", true)]
    [InlineData("new.html", "nowhere.html", true)]
    [InlineData("new.html", "here/new.html", true)]
    [InlineData("new.html", "newer.html", false)]
    [InlineData("in.log", "new.html", false)]
    public void Names_lead_to_one_file_or_two(string one, string other, bool isSame)
    {
        foreach (var name in (Func<string, string>[])[Named, Relative])
        {
            var (a, b) = (FileIdentity.Of(name(one)), FileIdentity.Of(Named(other)));
            Assert.NotNull(a);
            Assert.Equal(isSame, a == b);
        }
    }

    [Fact]
    public void A_name_in_no_folder_leads_nowhere() => Assert.Null(FileIdentity.Of(Named("no/such.html")));

    [Theory]
    [InlineData("link.html")]
    [InlineData("hard.html")]
    [InlineData("here/in.log")]
    public async Task A_file_that_is_read_is_not_written_by_a_relative_name(string output)
    {
        var run = await CommandRun.WithoutSiloAsync("lint", Relative("in.log"), "--html", Relative(output));
        Assert.Equal(
            (ExitCode.BadInput,
                $"--html: expected a file of its own, found {Relative(output)}, which the command reads\n"),
            (run.Code, run.Error));
        Assert.Equal("x", await File.ReadAllTextAsync(Named("in.log")));
    }

    [Fact]
    public async Task Two_options_do_not_write_one_file_by_two_names()
    {
        var run = await CommandRun.WithoutSiloAsync(
            "lint", Named("in.log"), "--junit", Named("new.html"), "--sarif", Named("nowhere.html"));
        Assert.Equal(
            $"--junit and --sarif: expected two files, found {Named("nowhere.html")} for both\n", run.Error);
    }

    [Fact]
    public async Task A_file_of_a_folder_that_is_read_is_not_written()
    {
        string folder = Path.Combine(Repository.Root, "docs/examples/my-machine");
        foreach (string file in Directory.GetFiles(folder))
            File.Copy(file, Named(Path.GetFileName(file)));
        string before = await File.ReadAllTextAsync(Named("iomem"));

        var run = await CommandRun.WithoutSiloAsync("import", _folder.FullName, "-o", Named("iomem"));
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Equal(before, await File.ReadAllTextAsync(Named("iomem")));

        File.Move(Named("cmdline"), Named("plain.txt"));
        File.CreateSymbolicLink(Named("cmdline"), "plain.txt");
        foreach (string output in (string[])["plain.txt", "cmdline"])
        {
            run = await CommandRun.WithoutSiloAsync("import", _folder.FullName, "-o", Named(output));
            Assert.Equal(ExitCode.BadInput, run.Code);
        }

        for (int i = 0; i < 2; i++)
        {
            run = await CommandRun.WithoutSiloAsync("import", _folder.FullName, "-o", Named("machine.json"));
            Assert.Equal(ExitCode.Done, run.Code);
        }
    }

    private string Named(string name) => Path.Combine(_folder.FullName, name);

    private string Relative(string name) => Path.GetRelativePath(Directory.GetCurrentDirectory(), Named(name));
}
