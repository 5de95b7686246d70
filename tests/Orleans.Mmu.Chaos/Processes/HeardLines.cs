namespace Orleans.Mmu.Chaos.Processes;

/// <summary>The lines that a program has written, and those who wait for one. Safe to use from any thread.</summary>
internal sealed class HeardLines
{
    private readonly List<string> _lines = [];
    private readonly List<(Func<string, bool> IsIt, TaskCompletionSource<string> Heard)> _listeners = [];
    private bool _hasEnded;

    public int Count
    {
        get
        {
            lock (_lines)
                return _lines.Count;
        }
    }

    /// <summary>All lines, with line feeds between.</summary>
    public string Text
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    public void Add(string line)
    {
        lock (_lines)
        {
            _lines.Add(line);
            foreach (var (isIt, heard) in _listeners)
            {
                if (isIt(line))
                    heard.TrySetResult(line);
            }

            _listeners.RemoveAll(l => l.Heard.Task.IsCompleted);
        }
    }

    /// <summary>No line follows; who waits for one hears of the error.</summary>
    public void End(Exception error)
    {
        lock (_lines)
        {
            foreach (var (_, heard) in _listeners)
                heard.TrySetException(error);
            _hasEnded = true;
        }
    }

    /// <summary>Waits for a line.</summary>
    /// <param name="from">How many lines from the beginning do not count.</param>
    /// <exception cref="InvalidOperationException">The program ends before.</exception>
    public Task<string> NextAsync(Func<string, bool> isIt, int from)
    {
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lines)
        {
            if (_lines.Skip(from).FirstOrDefault(isIt) is { } said)
                return Task.FromResult(said);
            if (_hasEnded)
                return Task.FromException<string>(new InvalidOperationException("the program has ended"));
            _listeners.Add((isIt, heard));
        }

        return heard.Task;
    }
}
