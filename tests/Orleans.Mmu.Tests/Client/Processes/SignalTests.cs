using System.Diagnostics;

namespace Orleans.Mmu.Tests.Client.Processes;

/// <summary>A signal ends the process with exit code 130, whatever it waits for.</summary>
public sealed class SignalTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mmu");

    public void Dispose() => _folder.Delete(recursive: true);

    // The pipe has no writer, so to open it or to read it takes for ever.
    [Theory]
    [InlineData("INT", "lint - <> pipe")]
    [InlineData("TERM", "lint pipe")]
    [InlineData("HUP", "tlb pipe")]
    [InlineData("INT", "cost symmetric --workload pipe")]
    [InlineData("INT", "decay symmetric --workload pipe")]
    [InlineData("TERM", "litmus endless.litmus")]
    [InlineData("INT", "check idmap-reserved --cpus 7 --symmetry off")]
    public async Task One_signal_cancels(string signal, string shell)
    {
        await PrepareAsync();
        using var mmu = MmuProcess.Start(shell, _folder.FullName);
        await mmu.BegunAsync();

        await mmu.SignalAsync(signal);
        var run = await mmu.EndAsync();

        Assert.Equal((130, ""), (run.Code, run.Out));
        Assert.Equal("cancelled", run.Error.TrimEnd('\n').Split('\n')[^1]);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.Empty(_folder.GetFiles("*.tmp"));
    }

    [Fact]
    public async Task A_second_signal_changes_nothing_but_the_time()
    {
        await PrepareAsync();
        using var mmu = MmuProcess.Start("lint - <> pipe", _folder.FullName);
        await mmu.BegunAsync();

        await mmu.SignalAsync("INT");
        await mmu.SignalAsync("INT");
        var run = await mmu.EndAsync();

        Assert.Equal((130, ""), (run.Code, run.Out));
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    private async Task PrepareAsync()
    {
        using var pipe = Process.Start("mkfifo", [Path.Combine(_folder.FullName, "pipe")]);
        await pipe.WaitForExitAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "endless.litmus"), """
            AArch64 endless
            {
             0:X0=0;
            }
             P0 ;
             L: ADD X0,X0,#1 ;
             B L ;

            exists (0:X0=1)
            """);
    }
}
