/** The one part of jstat that rmqbench uses; the package brings no types. */
declare module 'jstat' {
  const jstat: {
    readonly studentt: {
      /** The quantile of Student's t with so many degrees of freedom. */
      inv(probability: number, degreesOfFreedom: number): number;
    };
  };
  export default jstat;
}
