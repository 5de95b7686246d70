using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Orleans.Mmu.Benchmarks.Processes;

/// <summary>
/// One run of another program and what it cost. GNU time asks the kernel once the program has ended; where there is
/// none, /proc is read while the program runs, which may miss its last hundredth of a second.
/// </summary>
/// <param name="AnswerSeconds">From its start to the last of its standard output.</param>
/// <param name="WallSeconds">From its start to its end.</param>
/// <param name="PeakKilobytes">The largest resident set.</param>
internal sealed record MeasuredRun(
    int ExitCode, string Output, string Errors, double CpuSeconds, double AnswerSeconds, double WallSeconds,
    long PeakKilobytes)
{
    private const string GnuTime = "/usr/bin/time";
    // The unit of /proc/PID/stat on Linux, whatever the kernel's own tick is.
    private const double TicksPerSecond = 100;

    public static MeasuredRun Of(string program, string[] arguments, string folder) =>
        File.Exists(GnuTime) ? WithGnuTime(program, arguments, folder) : WithProc(program, arguments, folder);

    private static MeasuredRun WithGnuTime(string program, string[] arguments, string folder)
    {
        string measured = Path.Combine(folder, "time.txt");
        var run = WithProc(GnuTime, ["-o", measured, "-f", "%U %S %M", program, .. arguments], folder);
        // The last line: a program that fails has one before it that says so.
        string[] numbers = File.ReadAllLines(measured)[^1].Split(' ');
        return run with
        {
            CpuSeconds = Number(numbers[0]) + Number(numbers[1]),
            PeakKilobytes = (long)Number(numbers[2]),
        };
    }

    private static MeasuredRun WithProc(string program, string[] arguments, string folder)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        long began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start");
        var output = ReadAsync(process.StandardOutput, began);
        var errors = process.StandardError.ReadToEndAsync();
        (double cpuSeconds, long peakKilobytes) = (0, 0);
        while (!process.WaitForExit(10))
        {
            cpuSeconds = Math.Max(cpuSeconds, CpuSecondsOf(process.Id));
            peakKilobytes = Math.Max(peakKilobytes, PeakOf(process.Id));
        }

        double wallSeconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var (text, answerSeconds) = output.Result;
        return new(process.ExitCode, text, errors.Result, cpuSeconds, answerSeconds, wallSeconds, peakKilobytes);
    }

    private static async Task<(string Text, double Seconds)> ReadAsync(StreamReader output, long began)
    {
        var text = new StringBuilder();
        double seconds = 0;
        char[] buffer = new char[4096];
        for (int read; (read = await output.ReadAsync(buffer)) > 0; text.Append(buffer, 0, read))
            seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return (text.ToString(), seconds);
    }

    // VmHWM: the high-water mark that the kernel keeps for the process.
    private static long PeakOf(int id)
    {
        string line = Lines($"/proc/{id}/status")
            .FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal), "VmHWM: 0 kB");
        return (long)Number(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    // utime and stime are fields 14 and 15; the second field, a name in brackets, may hold blanks itself.
    private static double CpuSecondsOf(int id)
    {
        if (Lines($"/proc/{id}/stat") is not [var line, ..])
            return 0;
        string[] fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
    }

    // None once the program has ended.
    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
