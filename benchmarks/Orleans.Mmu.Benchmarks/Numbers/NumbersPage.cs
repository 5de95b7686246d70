using Orleans.Mmu.Benchmarks.Spin;
using Orleans.Mmu.Benchmarks.TlbModel;

namespace Orleans.Mmu.Benchmarks.Numbers;

/// <summary>
/// Measures what docs/numbers.md says, on one machine and in one run, and writes the page to standard output.
/// </summary>
internal static class NumbersPage
{
    private const string Command = "dotnet run -c Release --project benchmarks/Orleans.Mmu.Benchmarks --";

    /// <param name="installed">The program of the installed tool; null for the one that was built here.</param>
    /// <returns>0; 1 where a comparison finds another result than its peer, or a peer is missing.</returns>
    public static async Task<int> WriteAsync(string? installed)
    {
        var page = Console.Out;
        string machine = MeasuringMachine.Describe();
        string programs = new WholePrograms(
            installed is null ? ["dotnet", Path.Combine(AppContext.BaseDirectory, "mmu.dll")] : [installed]).Measure();
        var (park, parkCode) = await Said(() => Task.FromResult(SpinComparison.Run(null, parks: true)));
        var (tlb, tlbCode) = await Said(() => Task.FromResult(TlbComparison.Run()));
        var (dance, danceCode) = await Said(() => DanceComparison.RunAsync(turns: 25, bigBoots: false));
        var (operations, _) = await Said(() => Task.FromResult(0), InProcess.Measure);
        await page.WriteAsync($"""
            # Numbers

            The command below measures everything on this page in one run of some ten minutes, with Debian's `spin` and
            `gcc` installed, and writes the page. Nothing in the tests depends on time.

            <!-- not run: some ten minutes -->
            ```sh
            {Command} numbers{(installed is null ? "" : " PATH/OF/mmu")} > docs/numbers.md
            ```

            {machine}

            `…` stands for the command up to `--`. A value is the median of five turns, with the least and the most;
            the programs take turns, so that a slow minute of the machine falls on all of them.

            ## From process start to answer

            {(installed is null ? "The program as it is built here, compiled while it runs."
                : "The installed tool, compiled ahead.")} "answer" is when the last of the result is
            printed, "end" when the process has ended (a silo stops in between), "processor" user and system time of
            both processors.

            {programs}
            ## Beside Spin

            The reference system of `mmu check reference-park` in Promela, compiled by gcc -O2, and the explorer, each a
            process of its own that visits every state (`… spin`). Both must find the same number of states.

            ```text
            {park}
            ```

            `… spin live` does the same for `reference-live`, 28,606,289 states, which takes Spin some minutes.

            ## Beside a C program of the same TLBs

            The replay of a memory trace of 27 million records and the C program `TlbModel/tlb.c` of the benchmarks (gcc
            -O3) in turns, best of each (`… tlb`). Both must count the same misses.

            ```text
            {tlb}
            ```

            ## Beside a bare fan-out of Orleans

            The time for which the merged protocol stops 192 CPUs, beside an awaited fan-out over 192 empty grains, in
            turns (`… dance 25`). The stop has three fan-outs in it: park, TLBI, release.

            ```text
            {dance}
            ```

            [dance.md](dance.md) says what the stop consists of. `… dance` without a number boots up to 16,384 CPUs
            besides, and `… crowd` a thousand machines at once on one silo.

            ## Single operations

            BenchmarkDotNet's short runs in one process (`… --filter '*'` measures them longer).

            {operations}
            No other checker of Linux's page tables was at hand to be measured beside `lint`, and no other explorer than
            Spin for the same system.

            """);
        return new[] { parkCode, tlbCode, danceCode }.Max() == 0 ? 0 : 1;
    }

    // What a comparison says on standard output belongs between the page's own lines.
    private static async Task<(string Text, int Code)> Said(Func<Task<int>> compare, Func<string>? instead = null)
    {
        var page = Console.Out;
        using var said = new StringWriter();
        Console.SetOut(said);
        try
        {
            int code = await compare();
            string? text = instead?.Invoke();
            return ((text ?? said.ToString()).TrimEnd() + (instead is null ? "" : "\n"), code);
        }
        finally
        {
            Console.SetOut(page);
        }
    }
}
