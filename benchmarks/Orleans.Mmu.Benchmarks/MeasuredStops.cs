using System.Diagnostics.Metrics;
using Orleans.Mmu.Grains.Telemetry;

namespace Orleans.Mmu.Benchmarks;

/// <summary>
/// Listens for how long repaints kept CPUs stopped in host time. A report has model time, which says nothing about
/// grains.
/// </summary>
internal sealed class MeasuredStops : IDisposable
{
    private readonly MeterListener _listener = new();
    private double _last;

    public MeasuredStops()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == MmuMeter.Name && instrument.Name == "mmu.dance.stopped")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => Volatile.Write(ref _last, seconds));
        _listener.Start();
    }

    /// <summary>Of the last repaint.</summary>
    public double LastMicroseconds => Volatile.Read(ref _last) * 1e6;

    public void Dispose() => _listener.Dispose();
}
