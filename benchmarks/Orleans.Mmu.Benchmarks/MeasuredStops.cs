using System.Diagnostics.Metrics;
using Orleans.Mmu.Grains.Telemetry;

namespace Orleans.Mmu.Benchmarks;

/// <summary>
/// Listens for how long repaints kept CPUs stopped in host time, and for what. A report has model time, which says
/// nothing about grains.
/// </summary>
internal sealed class MeasuredStops : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<(string Part, double Microseconds)> _parts = [];
    private double _last;

    public MeasuredStops()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == MmuMeter.Name && instrument.Name is "mmu.dance.stopped" or "mmu.dance.part")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, seconds, tags, _) =>
        {
            if (instrument.Name == "mmu.dance.part")
                _parts.Add(((string)tags[0].Value!, seconds * 1e6));
            else
                Volatile.Write(ref _last, seconds);
        });
        _listener.Start();
    }

    /// <summary>Of the last repaint.</summary>
    public double LastMicroseconds => Volatile.Read(ref _last) * 1e6;

    /// <summary>What repaints waited for since this was last asked, in order.</summary>
    public IReadOnlyList<(string Part, double Microseconds)> TakeParts()
    {
        var parts = _parts.ToList();
        _parts.Clear();
        return parts;
    }

    public void Dispose() => _listener.Dispose();
}
