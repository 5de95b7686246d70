using System.Diagnostics;

namespace Orleans.Mmu.Chaos.Processes;

/// <summary>A program that runs beside this one and is gone with it.</summary>
public sealed class ChildProcess : IDisposable
{
    // A last resort: a busy machine must not reach it.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly Process _process;
    private readonly HeardLines _heard = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(Process process) => _process = process;

    /// <summary>Starts a program and waits until a line of its output says that it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ends before; the message has its output.</exception>
    /// <exception cref="TimeoutException">It is not ready within ten minutes.</exception>
    public static async Task<ChildProcess> StartAsync(string program, string[] arguments, string ready)
    {
        var process = new Process
        {
            StartInfo = new(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                // Profiling and early recompilation pay for themselves in processes that live long; these do not.
                Environment = { ["DOTNET_TieredPGO"] = "0", ["DOTNET_TC_CallCountingDelayMs"] = "1000" },
            },
            EnableRaisingEvents = true,
        };
        var child = new ChildProcess(process);
        // It has ended when it has exited and all that it wrote has been read.
        int open = 3;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.Exited += (_, _) => Hear(null);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await child._ready.Task.WaitAsync(Patience);
            return child;
        }
        catch
        {
            child.Dispose();
            throw;
        }

        void Hear(string? line)
        {
            if (line is not null)
                child.Hear(line, ready);
            else if (Interlocked.Decrement(ref open) == 0)
                child.End(program);
        }
    }

    /// <summary>kill -9: it gets to do nothing more.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>Bytes of memory that it has at this moment.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Completes when the program has ended, however.</summary>
    public Task Ended => _ended.Task;

    /// <summary>A signal that a program can answer by ending in good order.</summary>
    public Task TerminateAsync() => SignalAsync("-TERM");

    /// <summary>A stopped program goes on (SIGCONT); it need not have stopped yet, but it is going to.</summary>
    public async Task ThawAsync()
    {
        // A signal that comes before the program has stopped would be lost.
        while (!_ended.Task.IsCompleted && !IsStopped)
            await Task.Delay(1);
        await SignalAsync("-CONT");
    }

    /// <summary>Writes a line to the program and waits for one that begins with a prefix.</summary>
    /// <exception cref="InvalidOperationException">It ends before.</exception>
    public async Task<string> AskAsync(string line, string prefix)
    {
        var heard = HearAsync(l => l.StartsWith(prefix, StringComparison.Ordinal), Lines);
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        return await heard.WaitAsync(Patience);
    }

    /// <summary>How many lines the program has written.</summary>
    public int Lines => _heard.Count;

    /// <summary>Waits for a line of the program's output.</summary>
    /// <param name="from">How many lines from the beginning do not count.</param>
    /// <exception cref="InvalidOperationException">It ends before.</exception>
    public Task<string> HearAsync(Func<string, bool> isIt, int from) => _heard.NextAsync(isIt, from);

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void End(string program)
    {
        var error = new InvalidOperationException($"{program} ended: {Output}");
        _heard.End(error);
        _ended.TrySetResult();
        _ready.TrySetException(error);
    }

    // State T of /proc/PID/stat: the third word, after a name in parentheses.
    private bool IsStopped
    {
        get
        {
            string stat = $"/proc/{Text(_process.Id)}/stat";
            return File.Exists(stat) && File.ReadAllText(stat) is var words
                && words[words.LastIndexOf(')')..].StartsWith(") T", StringComparison.Ordinal);
        }
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, Text(_process.Id)]);
        await kill.WaitForExitAsync();
    }

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>All that the program has written.</summary>
    public string Output => _heard.Text;

    private void Hear(string line, string ready)
    {
        _heard.Add(line);
        if (line.Contains(ready, StringComparison.Ordinal))
            _ready.TrySetResult();
    }
}
