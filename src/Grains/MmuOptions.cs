namespace Orleans.Mmu.Grains;

/// <summary>How patient the dance is, and how closely the adversary looks. Section "Mmu" of the configuration.</summary>
public sealed class MmuOptions
{
    /// <summary>How long one call to a CPU may take before it is repeated.</summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a call is made before the CPU counts as silent.</summary>
    public int Attempts { get; set; } = 3;

    /// <summary>How often a parked CPU wakes to read the flag by itself.</summary>
    public TimeSpan WakePeriod { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Windows for the adversary inside each range of a repaint.</summary>
    public int WindowsPerRange { get; set; } = 6;
}
